import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DatabaseHealth } from '../../database/index.ts';
import { makeHealth, type Health, type HealthSources } from './health.ts';
import type { Journal } from './journal/index.ts';
import { makeTestFolder, openTestJournal, silentLogger } from './testing/testJournal.ts';

let folder: ReturnType<typeof makeTestFolder>;
let journal: Journal;
let health: Health;

const well = {
  ok: true,
  detail: '',
  latencyMs: 1,
  timeline: 1,
  breaker: { kind: 'closed' },
  pool: { total: 1, idle: 1, waiting: 0 },
} as const;
const answer: DatabaseHealth = {
  primary: well,
  replica: { ...well, configured: true, lagMs: 0, lagBytes: 0 },
};

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

it('says since when the primary is away, and that a replica that is late is not read', async () => {
  const late = 'The replica is 61 s behind the primary.';
  start({
    database: () =>
      Promise.resolve({
        primary: {
          ...well,
          ok: false,
          detail: 'The PostgreSQL primary is not available.',
          latencyMs: null,
          breaker: { kind: 'open', sinceMs: Date.UTC(2026, 0, 1, 9, 30), failures: 3, reason: '' },
        },
        replica: { ...answer.replica, ok: false, detail: late, lagMs: 61_000 },
      }),
  });
  const { dependencies } = await health.get();
  expect(dependencies.find(({ id }) => id === 'primary')).toMatchObject({
    status: 'down',
    detail: expect.stringContaining('It is away since 09:30 UTC.') as string,
  });
  expect(dependencies.find(({ id }) => id === 'replica')).toMatchObject({
    status: 'degraded',
    label: 'replica late',
    detail: `${late} Reads go to the primary.`,
  });
});

it('tells of the analytics API where one is set up, and of none where none is', async () => {
  start({});
  expect((await health.get()).dependencies.map(({ id }) => id)).not.toContain('analytics');
  health.close();
  start({ analytics: () => ({ kind: 'away', detail: 'The analytics API refuses the token.' }) });
  expect((await health.get()).dependencies.find(({ id }) => id === 'analytics')).toMatchObject({
    status: 'degraded',
    detail: 'The analytics API refuses the token.',
  });
});
