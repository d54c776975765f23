import { useEffect } from 'react';
import { Button } from '../../components/Button.tsx';
import { ProgramContext, TestLine } from '../program/index.ts';
import { ConfigRow, useConfigDraft } from '../settings/index.ts';
import type { SetupStep } from './steps.ts';
import styles from './Setup.module.css';

/** The fields of one step, its connections tested at once and again on demand; going on keeps what was typed. */
export function SetupStepForm(props: {
  readonly step: SetupStep;
  readonly onBack: (() => void) | null;
  readonly onNext: () => void;
}) {
  const { step, onBack, onNext } = props;
  const config = ProgramContext.use((state) => state.config);
  const busy = ProgramContext.use((state) => state.busy);
  const hasFailed = ProgramContext.use((state) => state.error !== null);
  const { test, update, loadConfig, forgetError } = ProgramContext.useHandle();
  const draft = useConfigDraft(`setup ${step.id}`);
  useEffect(() => {
    for (const target of step.tests) void test(target);
  }, [step, test]);
  const readAgain = async (): Promise<void> => {
    forgetError();
    await loadConfig();
  };
  if (config === null) {
    return hasFailed ? (
      <div className={styles.foot}>
        <Button onClick={() => void readAgain()}>Read again</Button>
      </div>
    ) : (
      <p role="status">Reading…</p>
    );
  }
  const items = step.variables.flatMap((name) => config.items.find((item) => item.name === name) ?? []);
  const hasSecret = items.some(({ kind, locked }) => kind === 'secret' && locked === null);

  async function goOn(): Promise<void> {
    if (draft.isChanged && !(await update(draft.values))) return;
    draft.clear();
    onNext();
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void goOn();
      }}
    >
      {items.map((item) => (
        <ConfigRow key={item.name} item={item} draft={draft} />
      ))}
      {hasSecret ? (
        <p className={styles.quiet}>
          {config.secrets === 'kept'
            ? 'Secrets are kept in this system’s secret store.'
            : 'For this session only: this host has no secret store, so a key entered here is forgotten when SPARK ends. Set it in the environment to keep it.'}
        </p>
      ) : null}
      {step.tests.map((target) => (
        <TestLine key={target} target={target} values={draft.values} />
      ))}
      <div className={styles.foot}>
        {onBack === null ? null : (
          <Button tone="quiet" onClick={onBack}>
            Back
          </Button>
        )}
        <Button type="submit" disabled={busy !== null || (draft.isChanged && !draft.isValid)}>
          {busy === 'saving' ? 'Opening…' : draft.isChanged ? 'Save and go on' : 'Go on'}
        </Button>
      </div>
    </form>
  );
}
