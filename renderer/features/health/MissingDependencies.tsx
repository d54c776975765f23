import type { ReactNode } from 'react';
import type { DependencyHealth } from '../../../shared/contracts/api/index.ts';
import { Dot, type DotTone } from '../../components/Dot.tsx';
import { showHealth, WindowContext } from '../../lib/windowStore.ts';
import { dependencyText, dependencyTone } from './dependencyTone.ts';
import { dependencyNames, HealthContext } from './healthStore.ts';
import { withoutIt } from './purposes.ts';
import styles from './Health.module.css';

const none: readonly string[] = [];
/** Whoever works alone has none of them, and misses nothing. */
const servers: ReadonlySet<DependencyHealth['id']> = new Set(['nats', 'primary', 'replica']);

/** For the first screen: what is missing or simulated, and what works without it. Empty when all is real and well. */
export function MissingDependencies() {
  const health = HealthContext.use((state) => state.health);
  const told = HealthContext.use(({ story }) => (story.kind === 'away' ? story.ids : none));
  if (health === null) return null;
  const isOff = ({ id, status }: DependencyHealth): boolean => status === 'off' && servers.has(id);
  const off = health.dependencies.filter(isOff);
  // What the banner above says is not said twice.
  const missing = health.dependencies.filter(
    (one) => one.status !== 'ok' && !isOff(one) && !told.some((id) => id === one.id),
  );
  const simulated = health.dependencies.filter((dependency) => dependency.simulated);
  const [firstOff] = off;
  if (missing.length === 0 && firstOff === undefined && simulated.length === 0) return null;
  return (
    <ul className={styles.missing} aria-label="What is missing">
      {missing.map((dependency) => (
        <Line key={dependency.id} id={dependency.id} tone={dependencyTone[dependency.status]}>
          {dependencyText(dependency)}
          <span className={styles.quiet}> {withoutIt(dependency)}</span>
        </Line>
      ))}
      {firstOff === undefined ? null : (
        <Line id={firstOff.id} tone="off">
          Not set up: {off.map(({ id }) => dependencyNames[id]).join(', ')}.
          <span className={styles.quiet}> {withoutServers(off)}</span>
        </Line>
      )}
      {simulated.length === 0 ? null : (
        <li className={styles.missingItem}>
          <Dot tone="off" />
          <span>
            {simulated.map(({ id }) => (id === 'unity' ? 'Unity' : id === 'model' ? 'The model' : id)).join(' and ')}{' '}
            {simulated.length === 1 ? 'is' : 'are'} simulated.
            <span className={styles.quiet}> No real project is touched; set up the real ones to work on yours.</span>
          </span>
        </li>
      )}
    </ul>
  );
}

const withoutServers = (off: readonly DependencyHealth[]): string =>
  off.every(({ id }) => id === 'replica')
    ? 'Everything works; reads go to the primary.'
    : 'Everything works and is kept on this machine; they are for a team.';

function Line(props: { readonly id: DependencyHealth['id']; readonly tone: DotTone; readonly children: ReactNode }) {
  const { store } = WindowContext.useHandle();
  return (
    <li>
      <button type="button" className={styles.missingItem} onClick={() => showHealth(store, props.id)}>
        <Dot tone={props.tone} />
        <span>{props.children}</span>
      </button>
    </li>
  );
}
