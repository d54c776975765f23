import type { HealthView } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { CopyReport } from '../../components/CopyReport.tsx';
import { useConnection } from '../../lib/api/index.ts';
import { countOf, formatAge, formatDuration } from '../../lib/format.ts';
import { useNow } from '../../lib/hooks.ts';
import { WindowContext } from '../../lib/windowStore.ts';
import { ProgramContext } from '../program/index.ts';
import { DependencyLine } from './DependencyLine.tsx';
import { HealthContext } from './healthStore.ts';
import styles from './Health.module.css';

/** Each dependency with what is wrong and what to do; the way back to the guided setup; a report to copy. */
export function HealthScreen() {
  const health = HealthContext.use((state) => state.health);
  const app = HealthContext.use((state) => state.app);
  const focus = WindowContext.use((state) => state.healthFocus);
  const { store } = WindowContext.useHandle();
  const { setup, busy } = ProgramContext.use((state) => state);
  const { turnSandbox } = ProgramContext.useHandle();
  const connection = useConnection();
  const now = useNow(true, 5_000);

  return (
    <div className={styles.screen}>
      {health === null ? (
        <p className={styles.quiet}>{connection === 'open' ? 'Asking…' : 'No answer from SPARK yet.'}</p>
      ) : (
        <>
          <ul className={styles.lines}>
            {health.dependencies.map((dependency) => (
              <DependencyLine key={dependency.id} dependency={dependency} isFocus={dependency.id === focus} />
            ))}
          </ul>
          <dl className={styles.facts}>
            <dt>Queued for NATS</dt>
            <dd>{queuedText(health)}</dd>
            <dt>Consumer</dt>
            <dd>{consumerText(health.consumer, now)}</dd>
            <dt>Replica behind</dt>
            <dd>{health.replicaLagMs === null ? 'not measured' : formatDuration(health.replicaLagMs)}</dd>
            <dt>Version</dt>
            <dd>{app === null ? '–' : `${app.version} · ${app.host}`}</dd>
            {setup?.sandbox === 'on' ? (
              <>
                <dt>Sandbox</dt>
                <dd>
                  on{' '}
                  <Button disabled={busy !== null} onClick={() => void turnSandbox(false)}>
                    Turn it off
                  </Button>
                </dd>
              </>
            ) : null}
          </dl>
        </>
      )}
      <div className={styles.screenFoot}>
        <Button onClick={() => store.setState({ view: 'setup' })}>Guided setup</Button>
        <CopyReport />
      </div>
    </div>
  );
}

function queuedText({ outboxDepth, dependencies }: HealthView): string {
  if (outboxDepth === 0) return 'nothing';
  const isOff = dependencies.some(({ id, status }) => id === 'nats' && status === 'off');
  return `${countOf(outboxDepth, 'event')}${isOff ? ', kept until there is a server' : ''}`;
}

/** When the consumer last took an event from NATS, and how many it has yet to take. */
function consumerText(consumer: HealthView['consumer'], now: number): string {
  if (consumer === null) return 'not known: NATS does not tell this user, or is away';
  const { lastSeenAt, waiting } = consumer;
  const seen = lastSeenAt === null ? 'never seen' : `seen ${formatAge(lastSeenAt, now)}`;
  return waiting === 0 ? `${seen}, nothing waits for it` : `${seen}, ${countOf(waiting, 'event')} wait for it`;
}
