import { useEffect, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { countOf } from '../../lib/format.ts';
import { showHealth, WindowContext } from '../../lib/windowStore.ts';
import { dependencyNames, HealthContext } from './healthStore.ts';
import { withoutIt } from './purposes.ts';
import styles from './Health.module.css';

/** How long it is said that everything was sent. */
const doneMs = 6_000;

/** Says which server is away, what is queued and that work goes on; then how the queue drains. Nothing is blocked by it. */
export function OfflineBanner() {
  const story = HealthContext.use((state) => state.story);
  const { endStory } = HealthContext.useHandle();
  const { store } = WindowContext.useHandle();
  const [hidden, setHidden] = useState('');
  const key = story.kind === 'away' ? story.ids.join() : story.kind;
  // What was hidden is over: when the same server is away once more, that is news again.
  if (hidden !== '' && hidden !== key) setHidden('');
  useEffect(() => {
    if (story.kind !== 'drained') return undefined;
    const timer = setTimeout(endStory, doneMs);
    return () => clearTimeout(timer);
  }, [story.kind, endStory]);
  if (story.kind === 'quiet' || hidden === key) return null;

  if (story.kind === 'away') {
    const [first] = story.ids;
    const names = story.ids.map((id) => dependencyNames[id]).join(' and ');
    return (
      <div className={styles.offline} role="status" data-testid="offline-banner">
        <p>
          {names} {story.ids.length === 1 ? 'is' : 'are'} away.{' '}
          {story.queued === 0 ? '' : `${countOf(story.queued, 'event')} queued on this machine. `}
          {story.ids.length > 1 || first === undefined
            ? 'What needs them waits; the rest works.'
            : first === 'nats' && story.queued > 0
              ? 'Everything works; they are sent when it is back.'
              : withoutIt({ id: first, status: 'down' })}
        </p>
        <Button tone="quiet" onClick={() => showHealth(store, first ?? null)}>
          What to do
        </Button>
        <Button tone="quiet" onClick={() => setHidden(key)}>
          Hide
        </Button>
      </div>
    );
  }
  const { from } = story;
  const sent = story.kind === 'drained' ? from : from - story.queued;
  return (
    <div className={styles.offline} data-draining="true" role="status" data-testid="offline-banner">
      <p>
        {story.kind === 'drained'
          ? `NATS is back: all ${countOf(from, 'queued event')} sent.`
          : `NATS is back: ${sent} of ${countOf(from, 'queued event')} sent.`}
      </p>
      <progress value={sent} max={from} aria-label="Queued events sent" />
    </div>
  );
}
