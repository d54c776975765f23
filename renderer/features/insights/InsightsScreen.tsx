import { lazy, Suspense } from 'react';
import { InsightsBar } from './InsightsBar.tsx';
import styles from './Insights.module.css';

const InsightsContent = lazy(async () => ({ default: (await import('./InsightsContent.tsx')).InsightsContent }));

/** What was used, what it cost and how it went, day by day. */
export function InsightsScreen() {
  return (
    <div className={styles.screen}>
      <InsightsBar />
      <Suspense
        fallback={
          <p className={styles.quiet} role="status">
            Opening…
          </p>
        }
      >
        <InsightsContent />
      </Suspense>
    </div>
  );
}
