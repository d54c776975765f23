import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DatabaseHealth } from '../../database/index.ts';
import { makeHealth, type Health, type HealthSources } from './health.ts';
import type { Journal } from './journal/index.ts';
import { makeTestFolder, openTestJournal, silentLogger } from './testing/testJournal.ts';

let folder: ReturnType<typeof makeTestFolder>;
let journal: Journal;
let health: Health;

const well = { ok: true, detail: '', latencyMs: 1 };
const answer: DatabaseHealth = { primary: well, replica: { ...well, configured: true, lagMs: 0 } };

function start(sources: Partial<HealthSources>): void {
  health = makeHealth({
    sources: {
      engine: () => ({ kind: 'off', detail: '' }),
      editor: () => null,
      publisher: () => ({ kind: 'off' }),
      natsConnected: () => false,
      framesNotKept: () => 0,
      database: null,
      writeFailure: () => null,
      ...sources,
    },
    journal,
    simulated: [],
    push: () => undefined,
    clock: Date.now,
    logger: silentLogger,
  });
}
const primaryLabel = async (): Promise<string | undefined> =>
  (await health.get()).dependencies.find(({ id }) => id === 'primary')?.label;

beforeEach(() => {
  folder = makeTestFolder();
  journal = openTestJournal(folder.dir);
  vi.useFakeTimers();
});
afterEach(() => {
  health.close();
  vi.useRealTimers();
  journal.close();
  folder.remove();
});

it('leaves no timer behind when the database has answered', async () => {
  start({ database: () => Promise.resolve(answer) });
  expect(await primaryLabel()).toBe('primary');
  expect(vi.getTimerCount()).toBe(0);
});

it('does not wait for a silent database longer than a second, and not at all once it is closed', async () => {
  start({ database: () => new Promise(() => undefined) });
  const first = primaryLabel();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await first).toBe('connecting');
  const second = primaryLabel();
  health.close();
  expect(await second).toBe('connecting');
  expect(vi.getTimerCount()).toBe(0);
});

it('says that the frame store is full while events go on', async () => {
  start({
    publisher: () => ({ kind: 'idle', latencyMs: 1 }),
    natsConnected: () => true,
    framesNotKept: () => 3,
  });
  const { dependencies } = await health.get();
  expect(dependencies.find(({ id }) => id === 'nats')).toMatchObject({
    status: 'degraded',
    label: 'frames not kept',
    detail: expect.stringContaining('3 frame(s)'),
  });
});
