import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { DependencyError } from '../shared/errors/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import type { ReadAfter } from './lastWrite.ts';
import type { SqlClient, SqlPool } from './pool.ts';
import { makeReadRouter, serves } from './replica.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });
const away = new DependencyError('db_unavailable', 'away', { retryable: true });
const tooLong = new DependencyError('db_unavailable', 'took too long', {
  retryable: true,
  data: { sqlState: '57014' },
});

/** A server that says this of its replay, or fails; `asked` counts the questions. */
function server(facts: { lsn?: string | null; timeline?: number; lag_ms?: number | null } = {}) {
  const told = { lsn: '0/10' as string | null, timeline: 1, lag_ms: 0 as number | null, ...facts };
  const picture = {
    failure: undefined as Error | undefined,
    readFailure: undefined as Error | undefined,
    asked: 0,
    told,
  };
  const client: SqlClient = {
    run: () => (picture.readFailure === undefined ? Promise.resolve(0) : Promise.reject(picture.readFailure)),
    rows: async (_statement, row) => {
      picture.asked += 1;
      return [row.parse(told)];
    },
  };
  const pool: Pick<SqlPool, 'use'> = {
    use: (work) => (picture.failure === undefined ? work(client) : Promise.reject(picture.failure)),
  };
  return { ...pool, picture };
}

function rig(facts: Parameters<typeof server>[0] = {}) {
  const [primary, replica] = [server(), server(facts)];
  let nowMs = 0;
  const router = makeReadRouter({ primary, replica, logger, now: () => nowMs });
  const read = async (after?: ReadAfter): Promise<string> => {
    try {
      return (await router.read((client) => client.run({ text: '' }), after)).server;
    } catch (error) {
      return error === away ? 'refused' : String(error);
    }
  };
  return { primary: primary.picture, replica: replica.picture, read, wait: (ms: number) => (nowMs += ms), router };
}
const at = (lsn: bigint, timeline = 1) => ({ timeline, lsn });

describe('with both servers there', () => {
  test('a replica that follows closely is read from', async () => {
    expect(await rig({ lag_ms: 20 }).read()).toBe('replica');
  });

  test.each([
    ['far behind', { lag_ms: 60_000 }],
    ['no replica, or no longer one', { lsn: null }],
    ['cut off since it started, so that it cannot say how far it is behind', { lag_ms: null }],
  ])('a server that is %s is not read from', async (_what, facts) => {
    expect(await rig(facts).read()).toBe('primary');
  });

  test.each<[string, ReadAfter, string]>([
    ['replayed', at(16n), 'replica'],
    ['not replayed', at(17n), 'primary'],
    ['made on another timeline', at(1n, 2), 'primary'],
    ['at a place that nobody knows', 'unknown', 'primary'],
  ])('a read whose write is %s goes to the right server', async (_what, after, expected) => {
    expect(await rig().read(after)).toBe(expected);
  });

  test('the picture is asked for again only when it is old, or does not reach the write', async () => {
    const { read, replica, wait } = rig();
    await read();
    await read(at(16n));
    expect(replica.asked).toBe(1);
    replica.told.lsn = '0/20';
    expect(await read(at(32n))).toBe('replica');
    expect(replica.asked).toBe(2);
    wait(1_000);
    await read();
    expect(replica.asked).toBe(3);
  });

  test('reads that need the picture at the same time share one question', async () => {
    const { read, replica } = rig();
    await Promise.all([read(), read(), read()]);
    expect(replica.asked).toBe(1);
  });

  test('a replica that does not answer costs a read its patience and no more', async () => {
    const primary = server();
    const silent: Pick<SqlPool, 'use'> = { use: () => new Promise<never>(() => undefined) };
    const router = makeReadRouter({ primary, replica: silent, logger, patienceMs: 1 });
    expect((await router.read((client) => client.run({ text: '' }))).server).toBe('primary');
  });

  test('after a failure it is left alone for a while, and then looked at behind the reads', async () => {
    const { read, replica, wait } = rig();
    replica.failure = away;
    expect(await read()).toBe('primary');
    replica.failure = undefined;
    wait(2_999);
    expect(await read()).toBe('primary');
    expect(replica.asked).toBe(0);
    wait(1);
    expect(await read()).toBe('primary');
    await vi.waitFor(async () => {
      expect(await read()).toBe('replica');
    });
  });

  test('a read that the replica loses in the middle is answered by the primary, and so are the next', async () => {
    const { read, replica } = rig();
    replica.readFailure = away;
    expect(await read()).toBe('primary');
    replica.readFailure = undefined;
    expect(await read()).toBe('primary');
  });

  test('a read that only took too long there is tried on the primary, and the replica stays in use', async () => {
    const { read, replica } = rig();
    replica.readFailure = tooLong;
    expect(await read()).toBe('primary');
    replica.readFailure = undefined;
    expect(await read()).toBe('replica');
  });
});

describe('while the primary is away', () => {
  test.each<[string, ReadAfter, string]>([
    ['has written nothing', undefined, 'replica'],
    ['has written what is replayed', at(16n), 'replica'],
    ['has written what is not replayed', at(17n), 'refused'],
    ['has written on another timeline', at(1n, 2), 'refused'],
    ['does not know the place of its write', 'unknown', 'refused'],
  ])('a reader who %s is answered by a replica that is far behind, or refused', async (_what, after, expected) => {
    const { primary, read } = rig({ lag_ms: 3_600_000 });
    primary.failure = away;
    expect(await read(after)).toBe(expected);
  });

  test('the answer tells how old the data is', async () => {
    const { primary, router } = rig({ lag_ms: 3_600_000 });
    primary.failure = away;
    expect(await router.read(() => Promise.resolve(null))).toMatchObject({ server: 'replica', lagMs: 3_600_000 });
  });

  test('a replica that was promoted does not answer', async () => {
    const { primary, read } = rig({ lsn: null });
    primary.failure = away;
    expect(await read()).toBe('refused');
  });

  test('a read that only took too long on the primary is not tried again', async () => {
    const { primary, read } = rig({ lag_ms: 3_600_000 });
    primary.readFailure = tooLong;
    expect(await read()).toContain('took too long');
  });
});

test('no read is served by a replica that lacks its write, whatever the positions, timelines and lags', () => {
  const position = fc.record({ timeline: fc.integer({ min: 1, max: 3 }), lsn: fc.bigInt({ min: 0n, max: 50n }) });
  fc.assert(
    fc.property(
      position,
      fc.option(position, { nil: undefined }),
      fc.nat(20),
      fc.nat(20),
      (replayed, after, lag, max) => {
        const answers = serves({ position: replayed, lagMs: lag, checkedAtMs: 0 }, after, max);
        const hasWrite = after === undefined || (replayed.timeline === after.timeline && replayed.lsn >= after.lsn);
        expect(answers).toBe(hasWrite && lag <= max);
      },
    ),
  );
});
