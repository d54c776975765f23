import type { DependencyHealth, HealthView } from '../../../shared/contracts/api/index.ts';

/**
 * What is to be said about servers that are away: while one is, what is queued and that work goes on; when it is back,
 * how far the queue has drained, until it is empty; then, for a moment, that all is sent. Told from one health to the
 * next, so that a queue of the ordinary kind (events wait a moment all day) is no story.
 */
export type QueueStory =
  | { readonly kind: 'quiet' }
  | { readonly kind: 'away'; readonly ids: readonly DependencyHealth['id'][]; readonly queued: number }
  /** `from` is the most that was queued. */
  | { readonly kind: 'draining'; readonly queued: number; readonly from: number }
  | { readonly kind: 'drained'; readonly from: number };

const watched: readonly DependencyHealth['id'][] = ['model', 'unity', 'nats', 'primary'];

const awayIn = ({ dependencies }: HealthView): readonly DependencyHealth['id'][] =>
  dependencies.filter(({ id, status }) => status === 'down' && watched.includes(id)).map(({ id }) => id);

export function nextStory(before: QueueStory, health: HealthView): QueueStory {
  const ids = awayIn(health);
  const queued = health.outboxDepth;
  if (ids.length > 0) return { kind: 'away', ids, queued };
  const nats = health.dependencies.find(({ id }) => id === 'nats')?.status;
  if (before.kind === 'away' && before.ids.includes('nats')) {
    // While it is connecting nothing drains yet: the banner stays as it was.
    if (nats === 'connecting') return { ...before, queued };
    const from = Math.max(before.queued, queued);
    if (from === 0) return { kind: 'quiet' };
    return queued === 0 ? { kind: 'drained', from } : { kind: 'draining', queued, from };
  }
  if (before.kind === 'draining') {
    const from = Math.max(before.from, queued);
    return queued === 0 ? { kind: 'drained', from } : { kind: 'draining', queued, from };
  }
  return before.kind === 'drained' ? before : { kind: 'quiet' };
}
