import { useEffect, useMemo } from 'react';
import { BrushCleaning, ListCollapse, RefreshCw, SquareTerminal } from 'lucide-react';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useConnection } from '../../lib/api/index.ts';
import { cx } from '../../lib/cx.ts';
import { countOf } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { useOneColumn, WindowContext } from '../../lib/windowStore.ts';
import { ChatContext } from '../chat/index.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { ConsoleList, levelIcons } from './ConsoleList.tsx';
import { countsOf, explainText, levels, rowsOf, type ConsoleRow, type Level } from './consoleLines.ts';
import { ConsoleContext } from './consoleStore.ts';
import { LineDetails } from './LineDetails.tsx';
import styles from './Console.module.css';

const names: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', log: 'log' };

/** Unity's console: which line followed which call, and lines sent to the model to be explained. */
export function ConsolePanel() {
  const { text, collapse, selected, away, error } = ConsoleContext.use((state) => state);
  const { store, watch, read, clearView, select } = ConsoleContext.useHandle();
  const { send } = ChatContext.useHandle();
  const sessionId = OpenSessionContext.use((open) => open.sessionId);
  const window = WindowContext.useHandle();
  const narrow = useOneColumn();
  useEffect(() => (sessionId === null ? undefined : watch(sessionId)), [sessionId, watch]);

  const rows = useRows();
  const chosen = rows.filter(({ line }) => selected.has(line.place));
  const explain = (): void => {
    if (sessionId === null || chosen.length === 0) return;
    void send(sessionId, explainText(chosen));
    select([]);
    // The answer is in the chat, which the panel covers in a narrow window.
    if (narrow) window.store.setState({ panelOpen: false });
  };

  return (
    <div className={styles.panel}>
      <div className={styles.bar} role="toolbar" aria-label="Filter">
        <LevelFilter />
        <input
          type="search"
          className={styles.search}
          aria-label="Filter by text"
          placeholder="Filter"
          value={text}
          onChange={(event) => store.setState({ text: event.target.value })}
        />
        <IconButton
          label="Collapse repeats"
          icon={ListCollapse}
          aria-pressed={collapse}
          onClick={() => store.setState({ collapse: !collapse })}
        />
        <IconButton
          label="Clear this view; Unity keeps its lines"
          icon={BrushCleaning}
          disabled={rows.length === 0}
          onClick={() => clearView(true)}
        />
        <IconButton
          label="Read the console now"
          icon={RefreshCw}
          disabled={sessionId === null}
          onClick={() => sessionId !== null && void read(sessionId)}
        />
      </div>
      {error === null ? null : (
        <div className={styles.notice}>
          <Notice tone="bad">{error.message}</Notice>
        </div>
      )}
      {away === null ? null : <p className={styles.note}>{away === '' ? 'Unity is not asked now.' : away}</p>}
      <Limits />
      {rows.length === 0 ? <NoLines /> : <ConsoleList rows={rows} onExplain={explain} />}
      <LineDetails rows={chosen} onExplain={explain} />
    </div>
  );
}

/** Made again only when the lines or the filter are others. */
function useRows(): ConsoleRow[] {
  const lines = ConsoleContext.use((state) => state.lines);
  const shown = ConsoleContext.use((state) => state.levels);
  const text = ConsoleContext.use((state) => state.text);
  const clearedBefore = ConsoleContext.use((state) => state.clearedBefore);
  const callId = ConsoleContext.use((state) => state.callId);
  const collapse = ConsoleContext.use((state) => state.collapse);
  return useMemo(
    () => rowsOf(lines, { levels: shown, text, clearedBefore, callId, collapse }),
    [lines, shown, text, clearedBefore, callId, collapse],
  );
}

function LevelFilter() {
  const lines = ConsoleContext.use((state) => state.lines);
  const clearedBefore = ConsoleContext.use((state) => state.clearedBefore);
  const shown = ConsoleContext.use((state) => state.levels);
  const { toggleLevel } = ConsoleContext.useHandle();
  const counts = countsOf(lines, clearedBefore);
  return levels.map((level) => {
    const Icon = levelIcons[level];
    return (
      <button
        key={level}
        type="button"
        className={cx(styles.toggle, counts[level] > 0 && styles[level])}
        aria-pressed={shown.has(level)}
        aria-label={`Show ${countOf(counts[level], names[level])}`}
        onClick={() => toggleLevel(level)}
      >
        <Icon className={styles.level} aria-hidden="true" />
        {counts[level]}
      </button>
    );
  });
}

/** What is left out of the list, and how it comes back. */
function Limits() {
  const { clearedBefore, lines, callId, calls, from } = ConsoleContext.use((state) => state);
  const { store, clearView } = ConsoleContext.useHandle();
  const hidden = lines.filter(({ place }) => place < clearedBefore).length;
  return (
    <>
      {callId === null ? null : (
        <p className={styles.note}>
          Only after: {safeText(calls.get(callId)?.summary ?? 'a call that left no lines')}
          <Button tone="quiet" className={styles.small ?? ''} onClick={() => store.setState({ callId: null })}>
            Show all
          </Button>
        </p>
      )}
      {hidden === 0 ? null : (
        <p className={styles.note}>
          {countOf(hidden, 'line')} put away
          <Button tone="quiet" className={styles.small ?? ''} onClick={() => clearView(false)}>
            Bring back
          </Button>
        </p>
      )}
      {from === 0 ? null : <p className={styles.note}>{countOf(from, 'older line')} only in Unity</p>}
    </>
  );
}

function NoLines() {
  const { lines, end, clearedBefore, away, error } = ConsoleContext.use((state) => state);
  const connection = useConnection();
  const shown = lines.filter(({ place }) => place >= clearedBefore).length;
  if (shown > 0) return <p className={styles.note}>No line fits the filter.</p>;
  if (end === null && away === null && error === null) {
    const words = connection === 'open' ? 'Reading the console…' : 'It is read when SPARK is connected again.';
    return <p className={styles.note}>{words}</p>;
  }
  if (end === null || lines.length > 0) return null;
  return (
    <EmptyState icon={SquareTerminal} title="Unity’s console is empty">
      What Unity logs appears here, each line with the call after which it came. Choose lines and SPARK explains them.
    </EmptyState>
  );
}
