import { HealthContext } from '../health/index.ts';
import { LocalSearch } from './LocalSearch.tsx';
import { ScopeChoice } from './ScopeChoice.tsx';
import { TeamScreen } from './TeamScreen.tsx';
import { TeamContext } from './teamStore.ts';
import styles from './History.module.css';

/** All that was said and done: on this computer, or by everybody as far as the database has it. */
export function HistoryScreen() {
  const scope = TeamContext.use((state) => state.scope);
  const hasDatabase = HealthContext.use(
    ({ health }) => health?.dependencies.some(({ id, status }) => id === 'primary' && status !== 'off') ?? false,
  );
  const isTeam = hasDatabase && scope === 'team';
  return (
    <div className={styles.screen}>
      {hasDatabase ? (
        <div className={styles.top}>
          <ScopeChoice />
        </div>
      ) : null}
      {isTeam ? <TeamScreen /> : <LocalSearch />}
    </div>
  );
}
