import { DatabaseError } from 'pg';
import { AppError, DependencyError } from '../shared/errors/index.ts';

/** Which server answered, or did not. */
export type ServerRole = 'primary' | 'replica';

/**
 * Translates what pg rejects with, once. By SQLSTATE:
 * `db_unavailable` (the server is away, busy, full or read-only; retryable unless the login is wrong), `db_schema` (42,
 * 3F: tables or grants are not what this version needs), `db_rejected` (all else, above all 22 and 23: the row itself).
 */
export function toDatabaseError(error: unknown, server: ServerRole): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof DatabaseError && error.code !== undefined) return fromSqlState(error, error.code, server);
  // pg reports lost connections and time limits as plain errors; a TypeError or the like is a bug and stays one.
  if (
    error instanceof Error &&
    (error.constructor === Error || error instanceof AggregateError || 'syscall' in error)
  ) {
    return unavailable(server, error, true);
  }
  return error;
}

/** Connection, transaction state, login, database, rollback, resources, locks, intervention, system, internal. */
const serverClasses: ReadonlySet<string> = new Set(['08', '25', '28', '3D', '40', '53', '55', '57', '58', 'XX']);

function fromSqlState(error: DatabaseError, sqlState: string, server: ServerRole): DependencyError {
  const data = { server, sqlState, table: error.table, constraint: error.constraint, column: error.column };
  const stateClass = sqlState.slice(0, 2);
  if (stateClass !== '42' && stateClass !== '3F' && !serverClasses.has(stateClass)) {
    return new DependencyError('db_rejected', `PostgreSQL refused a row: ${error.message}.`, {
      retryable: false,
      data,
      cause: error,
    });
  }
  if (stateClass === '42' || stateClass === '3F') {
    return new DependencyError(
      'db_schema',
      `The database does not fit this version: ${error.message}. Run "spark-db migrate" as the owner of the tables.`,
      { retryable: false, data, cause: error },
    );
  }
  // 28: wrong user or password; 3D000: no such database. Waiting alone does not help.
  return unavailable(server, error, stateClass !== '28' && stateClass !== '3D', sqlState);
}

function unavailable(server: ServerRole, error: Error, retryable: boolean, sqlState?: string): DependencyError {
  const reason = error.message === '' && 'code' in error ? String(error.code) : error.message;
  return new DependencyError('db_unavailable', `The PostgreSQL ${server} is not available: ${reason}.`, {
    retryable,
    data: { server, ...(sqlState === undefined ? {} : { sqlState }) },
    cause: error,
  });
}
