import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DependencyError } from '../../../../shared/errors/index.ts';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import type { EngineProcess } from '../../engine/process.ts';
import type { JobStatus } from '../engine/rest.ts';
import { watchJob, type WatchedCluster } from './watch.ts';

const running: JobStatus = {
  state: 'RUNNING',
  checkpoints: 0,
  canCheckpoint: false,
  newest: undefined,
  failures: 0,
  failure: undefined,
};
const slot = { active: true, walStatus: 'reserved', retainedBytes: 1, safeBytes: null } as const;
const engine = (name: string, how?: string): EngineProcess => ({
  name,
  pid: () => (how === undefined ? 1 : undefined),
  ended: Promise.resolve(how ?? ''),
  logTail: () => '',
  stop: () => Promise.resolve(),
  kill: () => Promise.resolve(),
});

/** A job that says these one after the other, the last one for ever. */
function jobOf(states: readonly Partial<JobStatus>[], over: Partial<WatchedCluster> = {}) {
  let at = 0;
  const asked: string[] = [];
  const cluster: WatchedCluster = {
    jobManager: engine('jobmanager'),
    taskManager: () => engine('taskmanager'),
    startTaskManager: () => Promise.resolve(),
    rest: {
      status: () => Promise.resolve({ ...running, ...states[Math.min(at++, states.length - 1)] }),
      checkpoint: (jobId) => {
        asked.push(jobId);
        return Promise.resolve();
      },
      droppedEvents: () => Promise.resolve(0),
    },
    ...over,
  };
  return { cluster, asked };
}
const watching = (
  cluster: WatchedCluster,
  findSlot: () => Promise<typeof slot | undefined> = () => Promise.resolve(slot),
) => watchJob({ findSlot, logger: makeLogger({ name: 'test', level: 'silent' }), cluster, jobId: 'job' });

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());
const outcomeOf = async (work: Promise<void>): Promise<unknown> => {
  const seen = work.then(
    () => 'done',
    (error: unknown) => error,
  );
  await vi.advanceTimersByTimeAsync(60_000);
  return Promise.race([seen, Promise.resolve('waits')]);
};
const restored = { isAnew: false, signal: new AbortController().signal };

test('the first checkpoint is asked for when all of the job runs, and waited for', async () => {
  const { cluster, asked } = jobOf([{}, { canCheckpoint: true }, {}, { checkpoints: 1 }]);
  expect(await outcomeOf(watching(cluster).untilFirstCheckpoint(restored))).toBe('done');
  expect(asked).toEqual(['job']);
});

test('a job that fails again and again at its start ends the start with the reason, and says what is kept', async () => {
  const failure = 'FATAL: permission denied for table spark_events';
  const { cluster } = jobOf([{}, { failures: 1, failure }, { state: 'RESTARTING', failures: 4, failure }]);
  expect(await outcomeOf(watching(cluster).untilFirstCheckpoint(restored))).toMatchObject({
    code: 'flink_failed',
    message: expect.stringMatching(/failed 4 times.*permission denied.*checkpoint are kept\. Mend the cause/),
  });
});

test('while PostgreSQL is away a start from a checkpoint waits for it', async () => {
  const away = () => Promise.reject(new DependencyError('db_unavailable', 'refused', { retryable: true }));
  const { cluster } = jobOf([{ state: 'RESTARTING', failures: 9, failure: 'Connection refused' }]);
  expect(await outcomeOf(watching(cluster, away).untilFirstCheckpoint(restored))).toBe('waits');
});

test('what a job that counts anew has read before its first failure does not fit to its second try: it ends at once', async () => {
  const { cluster } = jobOf([{}, { failures: 1, failure: 'Connection reset' }]);
  const anew = watching(cluster).untilFirstCheckpoint({ ...restored, isAnew: true });
  expect(await outcomeOf(anew)).toMatchObject({ message: expect.stringContaining('Connection reset') });
});

test.each(['FAILED', 'CANCELED', 'FINISHED', 'SUSPENDED'])(
  'a job that is %s is an end, at the start and later',
  async (state) => {
    const { cluster } = jobOf([{}, { state }]);
    expect(await outcomeOf(watching(cluster).untilFirstCheckpoint(restored))).toMatchObject({ code: 'flink_failed' });
    const later = watching(jobOf([{}, { state }]).cluster).untilAborted(restored.signal);
    expect(await outcomeOf(later)).toMatchObject({ message: expect.stringContaining(`ended (${state})`) });
  },
);

test('a job manager that ends while the job starts is told with how it ended', async () => {
  const { cluster } = jobOf([{}], { jobManager: engine('jobmanager', 'exit code 137') });
  expect(await outcomeOf(watching(cluster).untilFirstCheckpoint(restored))).toMatchObject({
    message: expect.stringContaining('job manager ended: exit code 137'),
  });
});

test('a lost slot ends the watching; the start is told by the next one from which hour to count anew', async () => {
  const watched = watching(jobOf([{}]).cluster, () => Promise.resolve(undefined));
  expect(await outcomeOf(watched.untilAborted(restored.signal))).toMatchObject({
    message: expect.stringContaining('slot is lost'),
  });
});
