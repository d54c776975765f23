import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { migrateStack } from '../services/sandbox/stack/migrate.ts';
import { repositoryDir } from '../services/sandbox/stack/paths.ts';
import { startStack, type Stack } from '../services/sandbox/stack/stack.ts';
import { runSql } from '../services/sandbox/stack/testing/sql.ts';
import type { EventOf } from '../shared/contracts/index.ts';
import { loadConfig } from '../shared/node/config/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { databaseVariables, findCall, makeDatabase, type Database } from './index.ts';

/* Where reads go while a real replica is late, away or promoted, and while the primary is away. One after the other. */

const logger = makeLogger({ name: 'test', level: 'silent' });
const signal = new AbortController().signal;
let stack: Stack;
/** The app that writes, and one that only reads. */
let writer: Database;
let reader: Database;

beforeAll(async () => {
  const stateDir = join(repositoryDir, '.spark', 'test', `replica-fault-${process.pid}`);
  stack = await startStack({ stateDir, temporary: true, signal, logger });
  await migrateStack(stack, signal);
});
afterAll(() => stack.stop());
beforeEach(() => {
  [writer, reader] = [open(), open()];
});
afterEach(async () => {
  await Promise.all([writer.close(), reader.close()]);
});

const open = (env: Readonly<Record<string, string>> = {}): Database =>
  makeDatabase({ config: loadConfig({ ...stack.env, ...env }, databaseVariables), logger });

const onReplica = (text: string) => runSql({ env: stack.env, owner: stack.superuser }, 'replica', text);

let seq = 0;
function callEvent(): EventOf<'function_call'> {
  seq += 1;
  return {
    eventId: randomUUID(),
    type: 'function_call',
    sessionId: randomUUID(),
    seq,
    timestamp: new Date().toISOString(),
    schemaVersion: 1,
    source: { app: 'spark', version: '0.0.0', host: 'test' },
    callId: 'call_1',
    name: 'getConsole',
    effect: 'read',
    state: 'received',
  };
}
/** Which server answered and whether it had the row, or the error's code. */
async function look(database: Database, { sessionId, callId }: EventOf<'function_call'>): Promise<string> {
  try {
    const { server, value } = await database.read((client) => findCall(client, sessionId, callId));
    return `${server}: ${value === undefined ? 'no row' : 'row'}`;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
const patiently = { timeout: 30_000, interval: 50 };

test('a replica that stands still is read by who wrote nothing, and never by who wrote what it has not replayed', async () => {
  const [before, after] = [callEvent(), callEvent()];
  await writer.write([before]);
  await expect.poll(() => look(writer, before), patiently).toBe('replica: row');
  await onReplica('SELECT pg_wal_replay_pause()::text');
  try {
    await writer.write([after]);
    for (let n = 0; n < 5; n += 1) expect(await look(writer, after)).toBe('primary: row');
    expect(await look(reader, before)).toBe('replica: row');
    // Health asks both: the position lies ahead of what is replayed.
    const { replica } = await writer.health();
    expect(replica.lagBytes).toBeGreaterThan(0);
    // Asked elsewhere with the writer's position, the same holds.
    const { server } = await reader.read(() => Promise.resolve(null), { after: await writer.lastWrite() });
    expect(server).toBe('primary');
  } finally {
    await onReplica('SELECT pg_wal_replay_resume()::text');
  }
  await expect.poll(() => look(writer, after), patiently).toBe('replica: row');
});

test('while the replica is away reads go to the primary, and come back to it when it is back', async () => {
  const event = callEvent();
  await writer.write([event]);
  await expect.poll(() => look(writer, event), patiently).toBe('replica: row');
  await stack.replica.kill();
  for (let n = 0; n < 5; n += 1) expect(await look(writer, event)).toBe('primary: row');
  expect(await writer.health()).toMatchObject({ primary: { ok: true }, replica: { ok: false, lagMs: null } });
  await stack.replica.start();
  await expect.poll(() => look(writer, event), patiently).toBe('replica: row');
});

test('while the primary is away the replica answers who needs no more than it has, and refuses the others', async () => {
  const [replayed, not] = [callEvent(), callEvent()];
  await writer.write([replayed]);
  await expect.poll(() => look(writer, replayed), patiently).toBe('replica: row');
  await onReplica('SELECT pg_wal_replay_pause()::text');
  await writer.write([not]);
  await writer.lastWrite();
  await stack.primary.kill();
  try {
    // A server process may outlive the killed postmaster for a moment, and still answers then.
    await expect.poll(() => look(writer, not), patiently).toBe('db_unavailable');
    await expect(writer.write([callEvent()])).rejects.toMatchObject({ code: 'db_unavailable', retryable: true });
    for (let n = 0; n < 3; n += 1) expect(await look(reader, replayed)).toBe('replica: row');
    expect((await writer.health()).primary).toMatchObject({ ok: false, breaker: { kind: 'open' } });
    // What the dead primary had sent before is replayed: now the replica has the write.
    await onReplica('SELECT pg_wal_replay_resume()::text');
    await expect.poll(() => look(writer, not), patiently).toBe('replica: row');
  } finally {
    await stack.primary.start();
  }
  const next = callEvent();
  await expect.poll(() => writer.write([next]).then(() => 'written', String), patiently).toBe('written');
  expect((await writer.health()).primary).toMatchObject({ ok: true, breaker: { kind: 'closed' } });
});

test('a replica that is promoted is not read any more; as the new primary it has a timeline of its own', async () => {
  const event = callEvent();
  await writer.write([event]);
  await expect.poll(() => look(writer, event), patiently).toBe('replica: row');
  await onReplica('SELECT pg_promote(true, 20)::text');
  await expect.poll(() => look(writer, event), patiently).toBe('primary: row');
  expect((await writer.health()).replica).toMatchObject({
    ok: false,
    detail: expect.stringContaining('not a replica') as string,
  });
  await stack.primary.stop();
  expect(await look(writer, event)).toBe('db_unavailable');

  const moved = open({
    SLATE_DB_PORT: String(stack.ports.replica),
    SLATE_DB_REPLICA_HOST: '',
    SPARK_DB_REPLICA_PORT: '',
  });
  try {
    expect(await look(moved, event)).toBe('primary: row');
    await moved.write([callEvent()]);
    expect(await moved.lastWrite()).toMatchObject({ timeline: 2 });
    expect((await moved.health()).primary.timeline).toBe(2);
  } finally {
    await moved.close();
  }
});
