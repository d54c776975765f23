import { Segments } from '../../components/Segments.tsx';
import { HistoryContext } from './historyStore.ts';
import { TeamContext, type TeamScope } from './teamStore.ts';

const scopes: readonly { readonly value: TeamScope; readonly name: string }[] = [
  { value: 'computer', name: 'This computer' },
  { value: 'team', name: 'Team' },
];

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
  return <Segments label="Whose sessions" value={scope} options={scopes} onChange={choose} />;
}
