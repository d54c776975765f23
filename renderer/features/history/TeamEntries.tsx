import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Box, ChevronDown, ChevronRight, CircleAlert, FileDiff, Hammer } from 'lucide-react';
import type { TeamBuild, TeamCall, TeamChange, TeamSessionView } from '../../../shared/contracts/api/index.ts';
import { cx } from '../../lib/cx.ts';
import { countOf, formatBytes, formatDuration } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { TeamChangeCode } from './TeamChangeCode.tsx';
import { TeamContext } from './teamStore.ts';
import history from './History.module.css';
import styles from './Team.module.css';

type Session = Extract<TeamSessionView, { readonly kind: 'session' }>;
interface Entry {
  readonly key: string;
  readonly ref: string;
  readonly at: string;
  readonly show: (isMarked: boolean) => ReactNode;
}

/** What was done in a session, in its order: calls with their changes, builds. */
export function TeamEntries({ view }: { readonly view: Session }) {
  const marked = TeamContext.use((state) => state.opened?.ref ?? null);
  const entries = entriesOf(view);
  const leftOut = view.left.calls + view.left.changes + view.left.builds;
  if (entries.length === 0) {
    return <p className={styles.quiet}>Nothing was done in this session yet, as far as the database has it.</p>;
  }
  return (
    <>
      {leftOut === 0 ? null : (
        <p className={styles.quiet}>{countOf(leftOut, 'older entry is', 'older entries are')} not shown.</p>
      )}
      <ol className={styles.entries} aria-label="What was done">
        {entries.map(({ key, ref, show }) => (
          <EntryRow key={key} isMarked={ref === marked}>
            {show(ref === marked)}
          </EntryRow>
        ))}
      </ol>
    </>
  );
}

function EntryRow({ isMarked, children }: { readonly isMarked: boolean; readonly children: ReactNode }) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isMarked) row.current?.scrollIntoView({ block: 'center' });
  }, [isMarked]);
  return (
    <li
      ref={row}
      className={cx(styles.entry, isMarked && styles.marked)}
      aria-current={isMarked ? 'location' : undefined}
    >
      {children}
    </li>
  );
}

function entriesOf({ calls, changes, builds }: Session): readonly Entry[] {
  const entries: Entry[] = [
    ...calls.map((call): Entry => ({
      key: `call ${call.callId}`,
      ref: call.callId,
      at: call.at,
      show: (open) => <CallEntry call={call} open={open} />,
    })),
    ...changes.map((change): Entry => ({
      key: `change ${change.changeId}`,
      ref: change.changeId,
      at: change.at,
      show: (open) => <ChangeEntry change={change} open={open} />,
    })),
    ...builds.map((build): Entry => ({
      key: `build ${build.buildId}`,
      ref: build.buildId,
      at: build.at,
      show: () => <BuildEntry build={build} />,
    })),
  ];
  return entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** A line that opens to more. */
function Line({
  icon: Icon,
  bad = false,
  title,
  detail,
  open: first,
  children,
}: {
  readonly icon: typeof Box;
  readonly bad?: boolean;
  readonly title: string;
  readonly detail: string;
  readonly open: boolean;
  readonly children: ReactNode;
}) {
  const [open, setOpen] = useState(first);
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <>
      <button type="button" className={styles.line} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Chevron className={history.icon} aria-hidden="true" />
        <Icon className={cx(history.icon, bad && history.bad)} aria-hidden="true" />
        <span className={styles.title}>{title}</span>
        <span className={styles.detail}>{detail}</span>
      </button>
      {open ? <div className={styles.more}>{children}</div> : null}
    </>
  );
}

function CallEntry({ call, open }: { readonly call: TeamCall; readonly open: boolean }) {
  const isBad = call.state === 'failed';
  const line = call.summary ?? '';
  return (
    <Line
      icon={isBad ? CircleAlert : Hammer}
      bad={isBad}
      title={safeText(line === '' ? call.name : line)}
      detail={[call.state, ...(call.durationMs === null ? [] : [formatDuration(call.durationMs)])].join(' · ')}
      open={open}
    >
      <p>
        {safeText(call.name)} · {call.effect}
      </p>
      {call.errorCode === null && call.errorMessage === null ? null : (
        <p className={history.bad}>
          {safeText([call.errorCode, call.errorMessage].filter((part) => part !== null).join(': '))}
        </p>
      )}
      {call.arguments === null ? (
        <p>The database does not have what it was asked with.</p>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable to be scrolled by key
        <pre className={styles.json} tabIndex={0} aria-label="Arguments">
          {safeText(indented(call.arguments))}
        </pre>
      )}
    </Line>
  );
}

/** What was cut, or never was JSON, as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

const compileWords = { ok: 'compiled', errors: 'compile errors', unknown: 'not compiled' } as const;

function ChangeEntry({ change, open }: { readonly change: TeamChange; readonly open: boolean }) {
  const { path, lines, compileStatus, prompt } = change;
  return (
    <Line
      icon={FileDiff}
      title={safeText(path)}
      detail={[
        change.kind,
        ...(lines === null ? [] : [countOf(lines, 'line')]),
        ...(compileStatus === null ? [] : [compileWords[compileStatus]]),
      ].join(' · ')}
      open={open}
    >
      {prompt === null || prompt === '' ? null : <p>{safeText(prompt)}</p>}
      <TeamChangeCode change={change} />
    </Line>
  );
}

const buildStates = { started: 'started', progress: 'building', completed: 'succeeded', failed: 'failed' } as const;

function BuildEntry({ build }: { readonly build: TeamBuild }) {
  const isBad = build.state === 'failed';
  return (
    <div className={styles.line}>
      <span className={history.icon} />
      <Box className={cx(history.icon, isBad && history.bad)} aria-hidden="true" />
      <span className={styles.title}>
        Build for {safeText(build.target)}
        {build.reason === null || build.reason === '' ? '' : ` · ${safeText(build.reason)}`}
      </span>
      <span className={styles.detail}>
        {[
          buildStates[build.state],
          ...(build.elapsedMs === null ? [] : [formatDuration(build.elapsedMs)]),
          ...(build.sizeBytes === null ? [] : [formatBytes(build.sizeBytes)]),
        ].join(' · ')}
      </span>
    </div>
  );
}
