import { useEffect } from 'react';
import { Button } from '../../components/Button.tsx';
import { countOf, formatBytes } from '../../lib/format.ts';
import { ProgramContext } from '../program/index.ts';
import { EraseData } from './EraseData.tsx';
import { Reading } from './Reading.tsx';
import { RetentionForm } from './RetentionForm.tsx';
import form from '../../components/Form.module.css';
import styles from './Data.module.css';

/** Where everything is kept, how much of it there is, how long, and the way to be rid of it. */
export function DataPart() {
  const data = ProgramContext.use((state) => state.data);
  // Only the desktop app has windows of its own, and with them its folders to show.
  const isDesktop = ProgramContext.use((state) => (state.setup?.alwaysOnTop ?? null) !== null);
  const { loadData, act } = ProgramContext.useHandle();
  useEffect(() => {
    void loadData();
  }, [loadData]);
  if (data === null) return <Reading what="program" />;
  return (
    <>
      <dl className={styles.facts}>
        <dt>Folder</dt>
        <dd>
          <code>{data.folder}</code>
          {isDesktop ? null : <span className={form.hint}> Another one: SPARK_DATA_DIR, before SPARK starts.</span>}
        </dd>
        <dt>Journal</dt>
        <dd>
          {formatBytes(data.journalBytes)}: {countOf(data.sessions, 'session')}, {countOf(data.messages, 'message')},{' '}
          {countOf(data.changes, 'change')}
        </dd>
        <dt>Preview frames</dt>
        <dd>
          {countOf(data.frames, 'frame')}, {formatBytes(data.frameBytes)}
        </dd>
        <dt>Not sent yet</dt>
        <dd>{data.unsentEvents === 0 ? 'nothing' : countOf(data.unsentEvents, 'event')}</dd>
      </dl>
      {isDesktop ? (
        <p>
          <Button onClick={() => void act({ act: 'move_data' })}>Move the data…</Button>{' '}
          <Button onClick={() => void act({ act: 'open_logs' })}>Open logs</Button>
        </p>
      ) : null}
      <RetentionForm key={JSON.stringify(data.retention)} retention={data.retention} />
      <EraseData unsentEvents={data.unsentEvents} />
    </>
  );
}
