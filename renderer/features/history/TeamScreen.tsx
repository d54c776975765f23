import { useRef, type KeyboardEvent } from 'react';
import { Users } from 'lucide-react';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useConnection } from '../../lib/api/index.ts';
import { countOf } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { WindowContext } from '../../lib/windowStore.ts';
import { HistoryContext } from './historyStore.ts';
import { SearchField } from './SearchField.tsx';
import { TeamFilters } from './TeamFilters.tsx';
import { TeamResults } from './TeamResults.tsx';
import { TeamSessionScreen } from './TeamSessionScreen.tsx';
import { emptyTeamFilter, TeamContext, type TeamState } from './teamStore.ts';
import { teamSourceText } from './teamWords.ts';
import styles from './History.module.css';

/** Everybody's sessions as far as the database has them, newest first; one of them opened to look at. */
export function TeamScreen() {
  const isOpened = TeamContext.use((state) => state.opened !== null);
  return isOpened ? <TeamSessionScreen /> : <TeamSearch />;
}

function TeamSearch() {
  const state = TeamContext.use((all) => all);
  const { filter } = TeamContext.useHandle();
  const { store } = WindowContext.useHandle();
  const list = useRef<HTMLDivElement>(null);
  const { words, status, results } = state;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const first = list.current?.querySelector<HTMLElement>('button');
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      first?.focus();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      first?.click();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (words === '') store.setState({ view: 'chat' });
      else filter({ words: '' });
    }
  };
  return (
    <>
      <div className={styles.top}>
        <SearchField
          label="Search everybody’s sessions"
          placeholder="Words of a title, call, change, build or error"
          words={words}
          onWords={(next) => filter({ words: next })}
          onKeyDown={onKeyDown}
        />
        <TeamFilters />
        <p className={styles.count} role="status">
          {countText(state)}
        </p>
      </div>
      <TeamTrouble state={state} />
      {status === 'ready' && results.length === 0 ? <NothingFound state={state} /> : null}
      {results.length === 0 ? null : <TeamResults ref={list} />}
    </>
  );
}

function countText({ status, results, next, source }: TeamState): string {
  if (status === 'searching') return 'Searching…';
  if (status !== 'ready' || source === null) return '';
  const count = next === null ? countOf(results.length, 'session') : `${countOf(results.length, 'session')} so far`;
  return `${count} · ${teamSourceText(source)}`;
}

/** Why the team's sessions are not shown, and what can be searched instead. */
function TeamTrouble({ state: { status, why, results } }: { readonly state: TeamState }) {
  const team = TeamContext.useHandle();
  const { filter } = HistoryContext.useHandle();
  const connection = useConnection();
  if (status === 'searching' || status === 'ready') return null;
  const searchHere = (): void => {
    filter({ words: team.store.getState().words });
    team.hide();
  };
  const actions = (
    <>
      {status === 'off' ? null : (
        <Button disabled={connection !== 'open'} onClick={team.again}>
          Try again
        </Button>
      )}
      <Button onClick={searchHere}>Search this computer</Button>
    </>
  );
  return (
    <div className={styles.notice}>
      {status === 'off' ? (
        <Notice tone="info" actions={actions}>
          No database is set up, so SPARK knows this computer’s sessions alone. Settings › Database names one.
        </Notice>
      ) : (
        <Notice tone={status === 'away' ? 'warn' : 'bad'} actions={actions}>
          {safeText(why)}{' '}
          {results.length === 0
            ? 'The team’s sessions cannot be searched until it answers; this computer’s can.'
            : 'What was found before is below.'}
        </Notice>
      )}
    </div>
  );
}

function NothingFound({ state }: { readonly state: TeamState }) {
  const { filter, more } = TeamContext.useHandle();
  const { words, next, looked } = state;
  const isFiltered = isNarrowed(state);
  const title =
    words.trim() !== ''
      ? `Nothing has “${safeText(words.trim())}”`
      : isFiltered
        ? 'Nothing fits these filters'
        : 'No sessions of the team yet';
  return (
    <EmptyState icon={Users} title={title}>
      {words.trim() === '' && !isFiltered
        ? 'Sessions come here when SPARK runs with this database, on whatever computer.'
        : `All words must be in one title, call, change or build. What was said stays on the computer where it was said. ${countOf(looked.sessions, 'session')} looked through.`}
      <div className={styles.emptyActions}>
        {next === null ? null : (
          <Button disabled={state.loadingMore} onClick={more}>
            {state.loadingMore ? 'Looking…' : 'Look further back'}
          </Button>
        )}
        {isFiltered ? (
          <Button onClick={() => filter({ ...emptyTeamFilter, words })}>Search without filters</Button>
        ) : null}
      </div>
    </EmptyState>
  );
}

const isNarrowed = ({ kinds, projectName, userId, functionName, errorCode, range }: TeamState): boolean =>
  kinds.size > 0 ||
  [projectName, userId, functionName, errorCode].some((name) => name !== null) ||
  range.kind !== 'any';
