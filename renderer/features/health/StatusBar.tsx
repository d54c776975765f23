import { CloudUpload } from 'lucide-react';
import type { DependencyHealth } from '../../../shared/contracts/api/index.ts';
import { Dot } from '../../components/Dot.tsx';
import { cx } from '../../lib/cx.ts';
import { countOf } from '../../lib/format.ts';
import { CostButton } from '../cost/index.ts';
import { showHealth, useOneColumn, WindowContext } from '../../lib/windowStore.ts';
import { dependencyTone, shortLabel, simulatedWord } from './dependencyTone.ts';
import { HealthContext, worstOf } from './healthStore.ts';
import styles from './Health.module.css';

/** One dot and a few words for each dependency; a narrow window shows the worst one. Each opens Health at its line. */
export function StatusBar() {
  const health = HealthContext.use((state) => state.health);
  const { store } = WindowContext.useHandle();
  const narrow = useOneColumn();
  if (health === null) return <footer className={styles.bar} aria-label="Status" />;
  const worst = worstOf(health.dependencies);
  const simulated = health.dependencies.some((dependency) => dependency.simulated);
  const shown = narrow ? (worst === null ? [] : [worst]) : health.dependencies;
  // What nobody has set up waits for nothing.
  const isSent = health.dependencies.some(({ id, status }) => id === 'nats' && status !== 'off');
  const isOptional = worst?.id !== 'model' && worst?.id !== 'unity';
  const allWell = narrow && (worst?.status === 'ok' || (worst?.status === 'off' && isOptional));

  return (
    <footer className={styles.bar} aria-label="Status">
      {shown.map((dependency) => (
        <button
          key={dependency.id}
          type="button"
          className={styles.item}
          title={dependency.detail}
          onClick={() => showHealth(store, dependency.id)}
          data-testid={`status-${dependency.id}`}
          data-status={dependency.status}
        >
          <Dot tone={allWell ? 'ok' : dependencyTone[dependency.status]} />
          <Label dependency={dependency} allWell={allWell} />
          <span className={styles.always}>{narrow ? '' : simulatedWord(dependency)}</span>
        </button>
      ))}
      {narrow && simulated ? <span className={styles.item}>simulated</span> : null}
      <span className={styles.space} />
      {health.outboxDepth > 0 && isSent ? (
        <button type="button" className={cx(styles.item, styles.queued)} onClick={() => showHealth(store, 'nats')}>
          <CloudUpload aria-hidden="true" />
          {countOf(health.outboxDepth, 'event')} queued
        </button>
      ) : null}
      <CostButton fallbackMicroUsd={health.costMicroUsd} />
    </footer>
  );
}

/** Where there is little room, a server that is well is its name; what is wrong is always told whole. */
function Label({ dependency, allWell }: { readonly dependency: DependencyHealth; readonly allWell: boolean }) {
  if (allWell) return <span className={styles.label}>All ready</span>;
  const { short, rest } = shortLabel(dependency);
  if (rest === '') return <span className={styles.label}>{short}</span>;
  return (
    <span className={styles.parts}>
      <span>{short}</span>
      <span className={styles.rest}>{rest}</span>
    </span>
  );
}
