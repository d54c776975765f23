import { X } from 'lucide-react';
import { Dot } from '../../components/Dot.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { useConnection } from '../../lib/api/index.ts';
import { countOf, formatDuration } from '../../lib/format.ts';
import { WindowContext } from '../../lib/windowStore.ts';
import { dependencyText, dependencyTone } from './dependencyTone.ts';
import { HealthContext } from './healthStore.ts';
import { purposeOf } from './purposes.ts';
import styles from './Health.module.css';

/** Each dependency with what is wrong and what to do. */
export function HealthScreen() {
  const health = HealthContext.use((state) => state.health);
  const app = HealthContext.use((state) => state.app);
  const focus = WindowContext.use((state) => state.healthFocus);
  const { store } = WindowContext.useHandle();
  const connection = useConnection();

  return (
    <div className={styles.screen}>
      <div className={styles.screenHead}>
        <h2>Health</h2>
        <IconButton label="Back to the chat" icon={X} onClick={() => store.setState({ view: 'chat' })} />
      </div>
      {health === null ? (
        <p className={styles.quiet}>{connection === 'open' ? 'Asking…' : 'No answer from SPARK yet.'}</p>
      ) : (
        <>
          <ul className={styles.lines}>
            {health.dependencies.map((dependency) => (
              <li
                key={dependency.id}
                ref={dependency.id === focus ? scrollHere : null}
                className={styles.dependency}
                aria-current={dependency.id === focus ? 'true' : undefined}
              >
                <Dot tone={dependencyTone[dependency.status]} />
                <div>
                  <h3>
                    {dependency.id === 'model' ? 'Model ' : ''}
                    {dependencyText(dependency)}
                    {dependency.status === 'degraded' ? ' · degraded' : ''}
                  </h3>
                  <p className={styles.quiet}>
                    {dependency.detail === '' ? purposeOf[dependency.id] : dependency.detail}
                  </p>
                  {dependency.notes?.map((note) => (
                    <p key={note} className={styles.quiet}>
                      {note}
                    </p>
                  ))}
                </div>
                <span className={styles.latency}>
                  {dependency.latencyMs === null ? '' : formatDuration(dependency.latencyMs)}
                </span>
              </li>
            ))}
          </ul>
          <dl className={styles.facts}>
            <dt>Queued for NATS</dt>
            <dd>{health.outboxDepth === 0 ? 'nothing' : countOf(health.outboxDepth, 'event')}</dd>
            <dt>Replica behind</dt>
            <dd>{health.replicaLagMs === null ? 'not measured' : formatDuration(health.replicaLagMs)}</dd>
            <dt>Version</dt>
            <dd>{app === null ? '–' : `${app.version} · ${app.host}`}</dd>
          </dl>
        </>
      )}
    </div>
  );
}

const scrollHere = (line: HTMLElement | null): void => line?.scrollIntoView({ block: 'nearest' });
