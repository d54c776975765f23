import { lazy, Suspense } from 'react';
import { X } from 'lucide-react';
import { IconButton } from '../../components/IconButton.tsx';
import { WindowContext } from '../../lib/windowStore.ts';
import { InsightsBar } from './InsightsBar.tsx';
import styles from './Insights.module.css';

const InsightsContent = lazy(async () => ({ default: (await import('./InsightsContent.tsx')).InsightsContent }));

/** What was used, what it cost and how it went, day by day. */
export function InsightsScreen() {
  const { store } = WindowContext.useHandle();
  return (
    <div className={styles.screen}>
      <header className={styles.head}>
        <h2>Insights</h2>
        <IconButton label="Back to the chat" icon={X} onClick={() => store.setState({ view: 'chat' })} />
      </header>
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
