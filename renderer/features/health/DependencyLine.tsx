import type { DependencyHealth } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { Dot } from '../../components/Dot.tsx';
import { formatDuration } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { showSettings, WindowContext } from '../../lib/windowStore.ts';
import { dependencyText, dependencyTone } from './dependencyTone.ts';
import { dependencyNames } from './healthStore.ts';
import { purposeOf, withoutIt } from './purposes.ts';
import styles from './Health.module.css';

const sectionOf: Readonly<Record<DependencyHealth['id'], string>> = {
  model: 'model',
  unity: 'unity',
  nats: 'nats',
  primary: 'database',
  replica: 'database',
  analytics: 'database',
  journal: 'data',
};

/** One dependency: its state in words, what is wrong and what to do, where it is, and the way to its settings. */
export function DependencyLine({
  dependency,
  isFocus,
}: {
  readonly dependency: DependencyHealth;
  readonly isFocus: boolean;
}) {
  const { store } = WindowContext.useHandle();
  const { id, status, detail, notes = [], facts = [], latencyMs } = dependency;
  const isAway = status === 'down' || status === 'degraded' || status === 'off';
  return (
    <li
      ref={isFocus ? scrollHere : null}
      className={styles.dependency}
      aria-current={isFocus ? 'true' : undefined}
      data-testid={`health-${id}`}
    >
      <Dot tone={dependencyTone[status]} />
      <div>
        <h2>
          {id === 'model' ? 'Model ' : ''}
          {dependencyText(dependency)}
          {status === 'degraded' ? ' · degraded' : ''}
        </h2>
        <p className={styles.quiet}>{detail === '' ? purposeOf[id] : safeText(detail)}</p>
        {isAway ? <p className={styles.quiet}>{withoutIt(dependency)}</p> : null}
        {notes.map((note) => (
          <p key={note} className={styles.quiet}>
            {note}
          </p>
        ))}
        {facts.length === 0 ? null : (
          <dl className={styles.known}>
            {facts.map(({ name, value }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{safeText(value)}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
      <div className={styles.side}>
        <span className={styles.latency}>{latencyMs === null ? '' : formatDuration(latencyMs)}</span>
        <Button
          tone={isAway ? 'plain' : 'quiet'}
          aria-label={`${status === 'off' ? 'Set up' : 'Settings of'} ${dependencyNames[id]}`}
          onClick={() => showSettings(store, sectionOf[id])}
        >
          {status === 'off' ? 'Set up' : 'Settings'}
        </Button>
      </div>
    </li>
  );
}

const scrollHere = (line: HTMLElement | null): void => line?.scrollIntoView({ block: 'nearest' });
