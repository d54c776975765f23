import { useState } from 'react';
import type { ConversationSettings } from '../../../shared/contracts/settings.ts';
import { Button } from '../../components/Button.tsx';
import { useTyped } from '../program/index.ts';
import { budgetText, parseBudget, parseCount } from './amounts.ts';
import { Field } from './Field.tsx';
import { SettingsContext } from './settingsStore.ts';
import form from '../../components/Form.module.css';

/** Budgets and what one turn may do. Kept when all of it is valid and saved. */
export function LimitsForm({ settings }: { readonly settings: ConversationSettings }) {
  const { update, store } = SettingsContext.useHandle();
  const { texts, type, sending } = useTyped('limits');
  const turn = texts['turn'] ?? budgetText(settings.budgets.turnMicroUsd);
  const session = texts['session'] ?? budgetText(settings.budgets.sessionMicroUsd);
  const day = texts['day'] ?? budgetText(settings.budgets.dayMicroUsd);
  const calls = texts['calls'] ?? String(settings.turn.maxCalls);
  const failures = texts['failures'] ?? String(settings.turn.maxFailuresInRow);
  const [saved, setSaved] = useState(false);
  const edit = (field: string) => (text: string) => {
    type(field, text);
    setSaved(false);
  };
  const budgets = [parseBudget(turn), parseBudget(session), parseBudget(day)] as const;
  const limits = [parseCount(calls, 1, 200), parseCount(failures, 1, 50)] as const;

  async function save(): Promise<void> {
    const [ofTurn, ofSession, ofDay] = budgets;
    const [maxCalls, maxFailures] = limits;
    if (ofTurn.kind === 'bad' || ofSession.kind === 'bad' || ofDay.kind === 'bad') return;
    if (maxCalls.kind === 'bad' || maxFailures.kind === 'bad') return;
    const settle = sending();
    await update({
      budgets: { turnMicroUsd: ofTurn.value, sessionMicroUsd: ofSession.value, dayMicroUsd: ofDay.value },
      turn: { maxCalls: maxCalls.value, maxFailuresInRow: maxFailures.value },
    });
    if (store.getState().error !== null) return;
    setSaved(settle());
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h3>Budgets</h3>
      <p className={form.hint}>
        SPARK warns at 80 % and stops before the next answer at 100 %; one click goes on. Empty is no limit. What has no
        known price is in no budget.
      </p>
      <div className={form.fields}>
        <Field label="Each turn" unit="$" text={turn} parsed={budgets[0]} onText={edit('turn')} />
        <Field label="Each session" unit="$" text={session} parsed={budgets[1]} onText={edit('session')} />
        <Field label="Each day (UTC)" unit="$" text={day} parsed={budgets[2]} onText={edit('day')} />
      </div>
      <h3>One turn</h3>
      <div className={form.fields}>
        <Field label="Function calls at most" text={calls} parsed={limits[0]} onText={edit('calls')} />
        <Field label="Failures in a row at most" text={failures} parsed={limits[1]} onText={edit('failures')} />
      </div>
      <div className={form.foot}>
        <span role="status" className={form.hint}>
          {saved ? 'Saved.' : Object.keys(texts).length > 0 ? 'Not saved yet.' : ''}
        </span>
        <Button type="submit" disabled={[...budgets, ...limits].some(({ kind }) => kind === 'bad')}>
          Save
        </Button>
      </div>
    </form>
  );
}
