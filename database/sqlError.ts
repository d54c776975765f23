import { DatabaseError } from 'pg';
import { AppError, DependencyError } from '../shared/errors/index.ts';

/** Which server answered, or did not. */
export type ServerRole = 'primary' | 'replica';

/*
 * What pg rejects with, translated once, by SQLSTATE:
 * `db_rejected`: the row itself; a dead letter. Only classes that blame what was sent: an error that nobody thought of
 * must not turn good events into dead letters, so it is held like a server that is away.
 * `db_schema`: tables, grants or functions are not what this version needs; held until somebody migrates.
 * `db_unavailable`: all else; held. Not `retryable` where waiting alone does not help: login, database name, certificate.
 */

/** Cardinality, data, integrity, view check, program limit (a value too large), raised by a function or trigger. */
const rowClasses: ReadonlySet<string> = new Set(['21', '22', '23', '44', '54', 'P0']);
/** Feature not supported (a cached plan whose table changed), schema name, names and grants. */
const schemaClasses: ReadonlySet<string> = new Set(['0A', '3F', '42']);
/** Wrong user or password, no such database. */
const settingsClasses: ReadonlySet<string> = new Set(['28', '3D']);
/** A prepared statement that another client of the same pooled connection made. */
const duplicatePrepared = '42P05';

export function toDatabaseError(error: unknown, server: ServerRole): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof DatabaseError && error.code !== undefined) return fromSqlState(error, error.code, server);
  if (isCertificateError(error)) {
    return new DependencyError(
      'db_unavailable',
      `The PostgreSQL ${server} is not available: TLS failed: ${error.message}. Check SPARK_DB_SSL, SPARK_DB_SSL_CA, SPARK_DB_SSL_CERT and SPARK_DB_SSL_KEY.`,
      { retryable: false, data: { server }, cause: error },
    );
  }
  // pg reports lost connections and time limits as plain errors; a TypeError or the like is a bug and stays one.
  if (
    error instanceof Error &&
    (error.constructor === Error || error instanceof AggregateError || 'syscall' in error)
  ) {
    return unavailable(server, error, true);
  }
  return error;
}

/** The server did not answer, or said that it is not up: no other statement would fare better. */
export const isServerAway = (error: unknown): boolean =>
  error instanceof DependencyError && error.code === 'db_unavailable' && awayStates.test(sqlStateOf(error) ?? '08000');

/** 08 connection, 57P stopping or starting, 28 and 3D: nobody is let in; 53300: no connection is left. */
const awayStates = /^(?:08|28|3D|57P|53300)/;

/** The SQLSTATE behind a DependencyError; undefined when the server never answered. */
export function sqlStateOf(error: DependencyError): string | undefined {
  const { sqlState } = error.data;
  return typeof sqlState === 'string' ? sqlState : undefined;
}

function fromSqlState(error: DatabaseError, sqlState: string, server: ServerRole): DependencyError {
  const data = { server, sqlState, table: error.table, constraint: error.constraint, column: error.column };
  const stateClass = sqlState.slice(0, 2);
  if (rowClasses.has(stateClass)) {
    return new DependencyError('db_rejected', `PostgreSQL refused a row: ${error.message}.`, {
      retryable: false,
      data,
      cause: error,
    });
  }
  if (schemaClasses.has(stateClass) && sqlState !== duplicatePrepared) {
    return new DependencyError(
      'db_schema',
      `The database does not fit this version: ${error.message}. Run "spark-db migrate" as the owner of the tables.`,
      { retryable: false, data, cause: error },
    );
  }
  return unavailable(server, error, !settingsClasses.has(stateClass), sqlState);
}

function unavailable(server: ServerRole, error: Error, retryable: boolean, sqlState?: string): DependencyError {
  const reason = error.message === '' && 'code' in error ? String(error.code) : error.message;
  return new DependencyError('db_unavailable', `The PostgreSQL ${server} is not available: ${reason}.`, {
    retryable,
    data: { server, ...(sqlState === undefined ? {} : { sqlState }) },
    cause: error,
  });
}

/** By Node's and OpenSSL's codes for a certificate or key that one of the two sides does not accept. */
function isCertificateError(error: unknown): error is Error {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false;
  return /^(?:ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/.test(
    error.code,
  );
}
