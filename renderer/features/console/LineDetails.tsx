import { Button } from '../../components/Button.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { copyText } from '../../lib/clipboard.ts';
import { safeText } from '../../lib/safeText.ts';
import { showPanel, WindowContext } from '../../lib/windowStore.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { placeOf, textOfLine, type ConsoleRow } from './consoleLines.ts';
import { ConsoleContext } from './consoleStore.ts';
import styles from './Console.module.css';

/** The chosen lines: the whole text of one, what it appeared after, and what can be done with them. */
export function LineDetails({
  rows,
  onExplain,
}: {
  readonly rows: readonly ConsoleRow[];
  readonly onExplain: () => void;
}) {
  const { select } = ConsoleContext.useHandle();
  const [one] = rows;
  if (one === undefined) return null;
  return (
    <section className={styles.details} aria-label="Chosen lines">
      {rows.length === 1 ? <OneLine row={one} /> : <p className={styles.quiet}>{rows.length} lines chosen</p>}
      <div className={styles.actions}>
        <Button onClick={onExplain} shortcut="⏎">
          Explain
        </Button>
        <CopyButton write={() => copyText(rows.map(({ line }) => textOfLine(line)).join('\n'))}>Copy</CopyButton>
        {rows.length === 1 ? <MoreOfOne row={one} /> : null}
        <Button tone="quiet" onClick={() => select([])}>
          Close
        </Button>
      </div>
    </section>
  );
}

function OneLine({ row: { line } }: { readonly row: ConsoleRow }) {
  const call = ConsoleContext.use((state) => (line.after === null ? undefined : state.calls.get(line.after.callId)));
  const ownId = OpenSessionContext.use((state) => state.sessionId);
  return (
    <>
      <pre className={styles.text} tabIndex={0} aria-label="Whole line">
        {line.code === undefined ? null : `${line.code}: `}
        {safeText(line.message)}
        {line.cut === undefined ? null : `… (${line.cut.toLocaleString('en')} more characters)`}
      </pre>
      {line.file === undefined ? null : <p className={styles.where}>{safeText(placeOf(line))}</p>}
      <p className={styles.quiet}>
        {line.after === null
          ? 'Which call it followed is not known.'
          : `After: ${safeText(call?.summary ?? 'a call')}${line.after.sessionId === ownId ? '' : ' (another session)'}`}
      </p>
    </>
  );
}

function MoreOfOne({ row: { line } }: { readonly row: ConsoleRow }) {
  const filtered = ConsoleContext.use((state) => state.callId);
  const { store } = ConsoleContext.useHandle();
  const window = WindowContext.useHandle();
  const changes = OpenSessionContext.use((state) => state.changes);
  const change = [...changes.values()].findLast(({ path }) => path === line.file);
  const callId = line.after?.callId ?? null;
  return (
    <>
      {change === undefined ? null : (
        <Button tone="quiet" onClick={() => showPanel(window.store, 'changes', { changeId: change.changeId })}>
          Show the change
        </Button>
      )}
      {callId === null || filtered !== null ? null : (
        <Button tone="quiet" onClick={() => store.setState({ callId })}>
          Only after this call
        </Button>
      )}
    </>
  );
}
