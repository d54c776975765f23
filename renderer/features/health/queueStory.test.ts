import { describe, expect, it } from 'vitest';
import type { DependencyHealth, HealthView } from '../../../shared/contracts/api/index.ts';
import { sampleHealth } from '../../testing/samples.ts';
import { nextStory, type QueueStory } from './queueStory.ts';

const health = (nats: DependencyHealth['status'], outboxDepth: number): HealthView =>
  sampleHealth({
    outboxDepth,
    dependencies: sampleHealth().dependencies.map((one) => (one.id === 'nats' ? { ...one, status: nats } : one)),
  });
const told = (...views: readonly HealthView[]): QueueStory[] => {
  const stories: QueueStory[] = [];
  for (const view of views) stories.push(nextStory(stories.at(-1) ?? { kind: 'quiet' }, view));
  return stories;
};

describe('the story of a queue', () => {
  it('is none while the servers answer, whatever waits for a moment', () => {
    expect(told(health('ok', 0), health('ok', 40), health('ok', 0)).map(({ kind }) => kind)).toEqual([
      'quiet',
      'quiet',
      'quiet',
    ]);
  });

  it('says what is queued while NATS is away, and drains visibly when it is back', () => {
    expect(
      told(
        health('down', 3),
        health('down', 12),
        health('connecting', 12),
        health('ok', 9),
        health('ok', 0),
        health('ok', 1),
      ),
    ).toEqual([
      { kind: 'away', ids: ['nats'], queued: 3 },
      { kind: 'away', ids: ['nats'], queued: 12 },
      { kind: 'away', ids: ['nats'], queued: 12 },
      { kind: 'draining', queued: 9, from: 12 },
      { kind: 'drained', from: 12 },
      { kind: 'drained', from: 12 },
    ]);
  });

  it('ends at once where nothing was queued', () => {
    expect(told(health('down', 0), health('ok', 0)).at(-1)).toEqual({ kind: 'quiet' });
  });

  it('begins again when the server goes while the queue drains', () => {
    expect(told(health('down', 9), health('ok', 5), health('down', 6)).at(-1)).toEqual({
      kind: 'away',
      ids: ['nats'],
      queued: 6,
    });
  });
});
