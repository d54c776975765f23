import { Dot } from '../../components/Dot.tsx';
import { showHealth, WindowContext } from '../../lib/windowStore.ts';
import { dependencyText, dependencyTone } from './dependencyTone.ts';
import { HealthContext } from './healthStore.ts';
import { withoutIt } from './purposes.ts';
import styles from './Health.module.css';

/** For the first screen: what is missing or simulated, and what works without it. Empty when all is real and well. */
export function MissingDependencies() {
  const health = HealthContext.use((state) => state.health);
  const { store } = WindowContext.useHandle();
  if (health === null) return null;
  const hasDatabase = health.dependencies.some(({ id, status }) => id === 'primary' && status !== 'off');
  // Without a primary there is no replica to speak of.
  const missing = health.dependencies.filter(({ id, status }) => status !== 'ok' && (id !== 'replica' || hasDatabase));
  const simulated = health.dependencies.filter((dependency) => dependency.simulated);
  if (missing.length === 0 && simulated.length === 0) return null;
  return (
    <ul className={styles.missing} aria-label="What is missing">
      {missing.map((dependency) => (
        <li key={dependency.id}>
          <button type="button" className={styles.missingItem} onClick={() => showHealth(store, dependency.id)}>
            <Dot tone={dependencyTone[dependency.status]} />
            <span>
              {dependencyText(dependency)}
              <span className={styles.quiet}> {withoutIt(dependency)}</span>
            </span>
          </button>
        </li>
      ))}
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
