import { DatabaseError } from 'pg';
import { describe, expect, test } from 'vitest';
import { DependencyError, InvariantError } from '../shared/errors/index.ts';
import { isServerAway, sqlStateOf, toDatabaseError } from './sqlError.ts';

function refusal(sqlState: string): DatabaseError {
  const error = new DatabaseError('no', 2, 'error');
  error.code = sqlState;
  return error;
}
function translated(error: unknown): DependencyError {
  const result = toDatabaseError(error, 'primary');
  expect(result).toBeInstanceOf(DependencyError);
  return result as DependencyError;
}

/** What the consumer's writer does: everything but `db_rejected` is held. `away` opens the way to the replica. */
describe.each([
  ['08006', 'connection failure', 'db_unavailable', true, true],
  ['0A000', 'a cached plan whose table changed', 'db_schema', false, false],
  ['21000', 'a key twice in one statement', 'db_rejected', false, false],
  ['22P05', 'a character that the column cannot hold', 'db_rejected', false, false],
  ['22021', 'a NUL', 'db_rejected', false, false],
  ['23502', 'not null', 'db_rejected', false, false],
  ['23514', 'no partition, or a check', 'db_rejected', false, false],
  ['25006', 'read-only', 'db_unavailable', true, false],
  ['25P03', 'idle in a transaction for too long', 'db_unavailable', true, false],
  ['26000', 'a prepared statement that is gone', 'db_unavailable', true, false],
  ['28P01', 'wrong password', 'db_unavailable', false, true],
  ['3D000', 'no such database', 'db_unavailable', false, true],
  ['3F000', 'no such schema', 'db_schema', false, false],
  ['40001', 'serialisation', 'db_unavailable', true, false],
  ['40P01', 'deadlock', 'db_unavailable', true, false],
  ['42P01', 'no such table', 'db_schema', false, false],
  ['42501', 'no grant', 'db_schema', false, false],
  ['42P05', 'a prepared statement that is there already', 'db_unavailable', true, false],
  ['53100', 'disk full', 'db_unavailable', true, false],
  ['53200', 'out of memory', 'db_unavailable', true, false],
  ['53300', 'too many connections', 'db_unavailable', true, true],
  ['54000', 'a value too large for an index', 'db_rejected', false, false],
  ['55P03', 'lock not had in time', 'db_unavailable', true, false],
  ['57014', 'statement took too long', 'db_unavailable', true, false],
  ['57P01', 'shutting down', 'db_unavailable', true, true],
  ['57P03', 'starting up', 'db_unavailable', true, true],
  ['58030', 'input/output error', 'db_unavailable', true, false],
  ['P0001', 'raised by a trigger', 'db_rejected', false, false],
  ['XX001', 'data corrupted', 'db_unavailable', true, false],
  ['F0000', 'nobody thought of it', 'db_unavailable', true, false],
])('SQLSTATE %s, %s', (sqlState, _what, code, retryable, away) => {
  test(`becomes ${code}, ${retryable ? 'to be tried again' : 'final'}${away ? ', and the server is away' : ''}`, () => {
    const error = translated(refusal(sqlState));
    expect(error).toMatchObject({ code, retryable, data: { server: 'primary', sqlState } });
    expect(isServerAway(error)).toBe(away);
    expect(sqlStateOf(error)).toBe(sqlState);
  });
});

test.each([
  ['a lost connection', new Error('Connection terminated unexpectedly')],
  ['a refused one', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' })],
  ['every address refused', new AggregateError([new Error('::1'), new Error('127.0.0.1')], '')],
])('%s is a server that is away and may come back', (_what, error) => {
  const result = translated(error);
  expect(result).toMatchObject({ code: 'db_unavailable', retryable: true });
  expect(isServerAway(result)).toBe(true);
  expect(sqlStateOf(result)).toBeUndefined();
});

test.each([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'ERR_SSL_NO_SHARED_CIPHER',
])('the TLS error %s is final, and names the settings to look at', (code) => {
  const result = translated(Object.assign(new Error('not accepted'), { code }));
  expect(result).toMatchObject({ code: 'db_unavailable', retryable: false });
  expect(result.message).toContain('not accepted. Check SPARK_DB_SSL');
  expect(isServerAway(result)).toBe(true);
});

test('a bug stays what it is', () => {
  const bug = new TypeError('undefined is not a function');
  expect(toDatabaseError(bug, 'primary')).toBe(bug);
  const invariant = new InvariantError('no');
  expect(toDatabaseError(invariant, 'primary')).toBe(invariant);
  expect(isServerAway(bug)).toBe(false);
});
