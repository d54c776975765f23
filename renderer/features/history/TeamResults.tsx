import { useEffect, useLayoutEffect, type KeyboardEvent, type RefObject } from 'react';
import { Box, CircleAlert, FileDiff, Hammer } from 'lucide-react';
import type { TeamHit, TeamResult } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { cx } from '../../lib/cx.ts';
import { countOf, formatAge } from '../../lib/format.ts';
import { useNow } from '../../lib/hooks.ts';
import { safeText } from '../../lib/safeText.ts';
import { showEntry, WindowContext } from '../../lib/windowStore.ts';
import { useOpenSession } from '../sessions/index.ts';
import { TeamContext } from './teamStore.ts';
import { hitNames, personOf, reachText, titleOf } from './teamWords.ts';
import history from './History.module.css';
import styles from './Team.module.css';

const icons: Readonly<Record<TeamHit['kind'], typeof Box>> = {
  call: Hammer,
  change: FileDiff,
  build: Box,
  error: CircleAlert,
};

/** Sessions, each with what was found in it; the arrow keys go through all of them. */
export function TeamResults({ ref }: { readonly ref: RefObject<HTMLDivElement | null> }) {
  const state = TeamContext.use((all) => all);
  const { more, place } = TeamContext.useHandle();
  const now = useNow(true, 60_000);
  useLayoutEffect(() => {
    if (ref.current !== null) ref.current.scrollTop = place.scrollTop();
  }, [ref, place]);
  // Who looked at a session and comes back goes on from there.
  useEffect(() => {
    const opened = place.takeOpened();
    if (opened === null) return;
    const key = keyOf(opened.sessionId, opened.ref);
    const button = [...(ref.current?.querySelectorAll<HTMLElement>('button') ?? [])].find(
      ({ dataset }) => dataset['place'] === key,
    );
    button?.focus({ preventScroll: true });
  }, [ref, place]);
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- moves the focus between the buttons within
    <div
      ref={ref}
      className={history.scroller}
      onKeyDown={moveFocus}
      onScroll={({ currentTarget }) => place.scrolledTo(currentTarget.scrollTop)}
    >
      <ul className={styles.results} aria-label="Sessions of the team" aria-busy={state.status === 'searching'}>
        {state.results.map((result) => (
          <li key={result.session.sessionId} className={styles.result} data-testid="team-result">
            <Result result={result} now={now} />
          </li>
        ))}
      </ul>
      <div className={styles.end}>
        <p>{reachText(state)}</p>
        {state.next === null ? null : (
          <Button disabled={state.loadingMore || state.status === 'searching'} onClick={more}>
            {state.loadingMore ? 'Looking…' : state.stopped === 'full' ? 'Show older sessions' : 'Look further back'}
          </Button>
        )}
      </div>
    </div>
  );
}

function Result({
  result: { session, isHere, hits, more },
  now,
}: {
  readonly result: TeamResult;
  readonly now: number;
}) {
  const team = TeamContext.useHandle();
  const { open } = useOpenSession();
  const { store } = WindowContext.useHandle();
  const show = (hit: TeamHit | null): void => {
    if (!isHere) return team.open(session.sessionId, hit?.ref ?? null);
    open(session.sessionId);
    // A change or a build is led to by its call, which the hit does not name.
    if (hit !== null && (hit.kind === 'call' || hit.kind === 'error')) showEntry(store, hit.ref);
  };
  return (
    <>
      <button
        type="button"
        className={styles.session}
        data-place={keyOf(session.sessionId, null)}
        onClick={() => show(null)}
      >
        <span className={styles.title}>{titleOf(session)}</span>
        <span className={styles.facts}>
          {[
            isHere ? 'on this computer' : personOf(session),
            ...(session.projectName === null ? [] : [safeText(session.projectName)]),
            formatAge(session.startedAt, now),
            ...(session.status === 'ended' ? ['ended'] : []),
            ...(session.simulated ? ['simulated'] : []),
          ].join(' · ')}
        </span>
      </button>
      {hits.map((hit) => {
        const Icon = icons[hit.kind];
        return (
          <button
            key={`${hit.kind} ${hit.ref}`}
            type="button"
            className={styles.hit}
            data-place={keyOf(session.sessionId, hit.ref)}
            onClick={() => show(hit)}
          >
            <Icon className={cx(history.icon, hit.kind === 'error' && history.bad)} aria-hidden="true" />
            <span className={history.excerpt}>
              <span className="visuallyHidden">{hitNames[hit.kind]} </span>
              {hit.excerpt.map((segment, at) =>
                // oxlint-disable-next-line react/no-array-index-key -- segments have no other name and never move
                segment.hit ? <mark key={at}>{safeText(segment.text)}</mark> : safeText(segment.text),
              )}
            </span>
          </button>
        );
      })}
      {more === 0 ? null : <p className={styles.more}>{countOf(more, 'further hit')} in this session</p>}
    </>
  );
}

const keyOf = (sessionId: string, ref: string | null): string => `${sessionId} ${ref ?? ''}`;

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('button:not(:disabled)')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  if (at === -1) return;
  event.preventDefault();
  const next = buttons[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (next !== undefined) next.focus();
  // Above the first one are the words.
  else if (event.key === 'ArrowUp') document.querySelector<HTMLElement>('[data-testid="history-words"]')?.focus();
}
