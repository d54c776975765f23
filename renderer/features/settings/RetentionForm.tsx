import { useEffect, useState } from 'react';
import type { Removal } from '../../../shared/contracts/api/index.ts';
import { retentionSchema, type Retention } from '../../../shared/contracts/settings.ts';
import { Button } from '../../components/Button.tsx';
import { countOf, formatBytes } from '../../lib/format.ts';
import { ProgramContext, useTyped } from '../program/index.ts';
import { parseCount, type Parsed } from './amounts.ts';
import { Field } from './Field.tsx';
import { SettingsContext } from './settingsStore.ts';
import form from '../../components/Form.module.css';

const pauseMs = 300;
const orNever = (text: string): Parsed<number | null> =>
  text.trim() === '' ? { kind: 'ok', value: null } : parseCount(text, 1, 3_650);

/** How long things are kept; says what would go before anything does. */
export function RetentionForm({ retention }: { readonly retention: Retention }) {
  const { update, store } = SettingsContext.useHandle();
  const { previewRetention, applyRetention } = ProgramContext.useHandle();
  const busy = ProgramContext.use((state) => state.busy);
  const { texts, type, sending } = useTyped('retention');
  const frameDays = texts['frameDays'] ?? String(retention.frameDays);
  const frameMegabytes = texts['frameMegabytes'] ?? String(retention.frameMegabytes);
  const sessionDays = texts['sessionDays'] ?? String(retention.sessionDays ?? '');
  const [removal, setRemoval] = useState<Removal | null>(null);
  const days = parseCount(frameDays, 1, 3_650);
  const megabytes = parseCount(frameMegabytes, 10, 100_000);
  const sessions = orNever(sessionDays);
  const wanted: Retention | null =
    days.kind === 'ok' && megabytes.kind === 'ok' && sessions.kind === 'ok'
      ? { frameDays: days.value, frameMegabytes: megabytes.value, sessionDays: sessions.value }
      : null;
  const wantedJson = wanted === null ? null : JSON.stringify(wanted);
  useEffect(() => {
    let isOver = false;
    if (wantedJson === null) return undefined;
    const ask = async (): Promise<void> => {
      const answer = await previewRetention(retentionSchema.parse(JSON.parse(wantedJson)));
      if (!isOver) setRemoval(answer);
    };
    const timer = setTimeout(() => void ask(), pauseMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [previewRetention, wantedJson]);

  async function save(): Promise<void> {
    if (wanted === null) return;
    const settle = sending();
    await update({ retention: wanted });
    // What was not saved must not be applied, and stays typed.
    if (store.getState().error !== null) return;
    settle();
    await applyRetention();
  }
  const isGone = removal !== null && removal.frames + removal.sessions > 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h3>How long things are kept</h3>
      <p className={form.hint}>
        A frame’s picture goes, that it was made stays. A session goes with its messages, changes and what undo needs.
        What a server has stays there. Nothing goes that waits to be sent.
      </p>
      <div className={form.fields}>
        <Field label="Frames, days" text={frameDays} parsed={days} onText={(text) => type('frameDays', text)} />
        <Field
          label="All frames, MB"
          text={frameMegabytes}
          parsed={megabytes}
          onText={(text) => type('frameMegabytes', text)}
        />
        <Field
          label="Unused sessions, days"
          text={sessionDays}
          parsed={sessions}
          onText={(text) => type('sessionDays', text)}
          hint="Empty keeps them for ever."
        />
      </div>
      <div className={form.foot}>
        <span role="status" className={form.hint}>
          {wanted === null || removal === null ? '' : removalText(removal)}
        </span>
        <Button type="submit" disabled={wanted === null || busy !== null}>
          {isGone ? 'Save and remove now' : 'Save'}
        </Button>
      </div>
    </form>
  );
}

/** What would go, in words. */
function removalText({ frames, frameBytes, sessions, titles, keptSessions }: Removal): string {
  const kept = keptSessions === 0 ? '' : ` ${countOf(keptSessions, 'older session')} stay: something of them waits.`;
  if (frames + sessions === 0) return `This would remove nothing now.${kept}`;
  const named = titles.length === 0 ? '' : ` (${titles.join(', ')}${sessions > titles.length ? ', …' : ''})`;
  const parts = [
    ...(frames === 0 ? [] : [`${countOf(frames, 'frame')}, ${formatBytes(frameBytes)}`]),
    ...(sessions === 0 ? [] : [`${countOf(sessions, 'session')}${named}`]),
  ];
  return `This would remove ${parts.join(' and ')} now.${kept}`;
}
