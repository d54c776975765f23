import { expect, test } from 'vitest';
import { makeLogger } from '../shared/node/logging/index.ts';
import type { SqlClient, SqlPool } from './pool.ts';
import { makeReadRouter } from './replica.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });

/** A server that says this of its replay. */
function server(facts: object = {}): Pick<SqlPool, 'use'> {
  const client: SqlClient = {
    run: () => Promise.resolve(0),
    rows: async (_statement, row) => [row.parse({ lsn: '0/10', timeline: 1, lag_ms: 0, ...facts })],
  };
  return { use: (work) => work(client) };
}
const readFrom = async (facts: object): Promise<string> => {
  const router = makeReadRouter({ primary: server(), replica: server(facts), logger });
  return (await router.read(() => Promise.resolve(null))).server;
};

test('a replica that follows closely is read from', async () => {
  expect(await readFrom({ lag_ms: 20 })).toBe('replica');
});

test.each([
  ['far behind', { lag_ms: 60_000 }],
  ['no replica', { lsn: null }],
  ['cut off since it started, so that it cannot say how far it is behind', { lag_ms: null }],
])('a server that is %s is not read from', async (_what, facts) => {
  expect(await readFrom(facts)).toBe('primary');
});
