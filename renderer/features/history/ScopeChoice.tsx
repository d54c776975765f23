import { HistoryContext } from './historyStore.ts';
import { TeamContext, type TeamScope } from './teamStore.ts';
import styles from './History.module.css';

const names: Readonly<Record<TeamScope, string>> = { computer: 'This computer', team: 'Team' };

/** Whose sessions are searched; the words go along. */
export function ScopeChoice() {
  const scope = TeamContext.use((state) => state.scope);
  const team = TeamContext.useHandle();
  const history = HistoryContext.useHandle();
  const choose = (next: TeamScope): void => {
    if (next === scope) return;
    if (next === 'team') team.show(history.store.getState().words);
    else {
      history.filter({ words: team.store.getState().words });
      team.hide();
    }
  };
  return (
    <fieldset className={styles.scopes}>
      <legend className="visuallyHidden">Whose sessions</legend>
      {(['computer', 'team'] as const).map((one) => (
        <label key={one} className={styles.scope} data-chosen={one === scope}>
          <input
            type="radio"
            name="history-scope"
            className="visuallyHidden"
            checked={one === scope}
            onChange={() => choose(one)}
          />
          {names[one]}
        </label>
      ))}
    </fieldset>
  );
}
