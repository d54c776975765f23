import { Button } from '../../components/Button.tsx';
import { Dot } from '../../components/Dot.tsx';
import { formatDuration } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { ProgramContext, type ConnectionTarget } from './programStore.ts';
import type { ConfigValues } from './typedTexts.ts';
import styles from './Program.module.css';

const names: Readonly<Record<ConnectionTarget, string>> = {
  model: 'Model',
  unity: 'Unity',
  nats: 'NATS',
  primary: 'PostgreSQL primary',
  replica: 'PostgreSQL replica',
  analytics: 'Analytics API',
};
const words = { ok: 'works', failed: 'does not work', not_set: 'not set up' } as const;
const tones = { ok: 'ok', failed: 'bad', not_set: 'off' } as const;

/** A button that connects once with what is typed, and what came of it: what is wrong, and what to do. */
export function TestLine({
  target,
  values = {},
}: {
  readonly target: ConnectionTarget;
  readonly values?: ConfigValues;
}) {
  const answer = ProgramContext.use((state) => state.tests[target]);
  const { test } = ProgramContext.useHandle();
  const isRunning = answer === 'running';
  const done = isRunning ? undefined : answer;
  return (
    <div className={styles.test} data-testid={`test-${target}`}>
      <Button disabled={isRunning} onClick={() => void test(target, values)}>
        Test {names[target]}
      </Button>
      <p role="status" className={styles.testText}>
        {isRunning ? (
          <>
            <Dot tone="busy" /> <span>Connecting…</span>
          </>
        ) : done === undefined ? null : (
          <>
            <Dot tone={tones[done.status]} />
            <span>
              <strong>{words[done.status]}</strong>
              {done.address === null || done.detail.includes(done.address) ? '' : ` · ${safeText(done.address)}`}
              {done.latencyMs === null ? '' : ` · ${formatDuration(done.latencyMs)}`}
              <br />
              {safeText(done.detail)}
            </span>
          </>
        )}
      </p>
    </div>
  );
}
