import { X } from 'lucide-react';
import { IconButton } from '../../components/IconButton.tsx';
import { WindowContext } from '../../lib/windowStore.ts';
import { HealthContext } from '../health/index.ts';
import { LocalSearch } from './LocalSearch.tsx';
import { ScopeChoice } from './ScopeChoice.tsx';
import { TeamScreen } from './TeamScreen.tsx';
import { TeamContext } from './teamStore.ts';
import styles from './History.module.css';

/** All that was said and done: on this computer, or by everybody as far as the database has it. */
export function HistoryScreen() {
  const { store } = WindowContext.useHandle();
  const scope = TeamContext.use((state) => state.scope);
  const hasDatabase = HealthContext.use(
    ({ health }) => health?.dependencies.some(({ id, status }) => id === 'primary' && status !== 'off') ?? false,
  );
  const isTeam = hasDatabase && scope === 'team';
  return (
    <div className={styles.screen}>
      <div className={styles.top}>
        <div className={styles.head}>
          <h2>Search</h2>
          {hasDatabase ? <ScopeChoice /> : null}
          <IconButton label="Back to the chat" icon={X} onClick={() => store.setState({ view: 'chat' })} />
        </div>
      </div>
      {isTeam ? <TeamScreen /> : <LocalSearch />}
    </div>
  );
}
