import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { z } from 'zod';
import { AppError } from '../../../shared/errors/index.ts';
import { migrations } from './schema.ts';

/**
 * The one door to SQLite. Everything is synchronous, so a transaction is never interleaved with other code of this
 * process. `synchronous=FULL` in WAL mode: a committed transaction survives a power cut, at the price of one fsync each;
 * therefore what belongs together is written in one `transact`.
 */
export interface JournalDatabase {
  /** Runs a statement; returns the number of rows it changed. */
  readonly run: (sql: string, parameters?: Readonly<Record<string, SQLInputValue>>) => number;
  readonly get: <T extends z.ZodType>(
    sql: string,
    row: T,
    parameters?: Readonly<Record<string, SQLInputValue>>,
  ) => z.output<T> | undefined;
  readonly all: <T extends z.ZodType>(
    sql: string,
    row: T,
    parameters?: Readonly<Record<string, SQLInputValue>>,
  ) => z.output<T>[];
  /** Runs `work` in one transaction; a call inside another joins it. What throws is rolled back whole. */
  readonly transact: <T>(work: () => T) => T;
  /** Runs reads that all see what was committed when the first of them ran; nothing is held up by them. */
  readonly readAtOnce: <T>(read: () => T) => T;
  /** Runs after the outermost transaction has committed, or at once outside one. */
  readonly afterCommit: (task: () => void) => void;
  readonly close: () => void;
}

/**
 * Opens or makes the file, and brings its schema up to date. Throws AppError `journal_unreadable` when the file is
 * damaged, is not a journal, or was written by a newer SPARK; the file is left as it is.
 */
export const openDatabase = (file: string): JournalDatabase => wrap(openFile(file));

/** A second connection to a journal that is open already; it cannot write. Throws what SQLite throws. */
export function readDatabase(file: string): JournalDatabase {
  const db = new DatabaseSync(file, { readOnly: true });
  db.exec('PRAGMA busy_timeout = 2000');
  return wrap(db);
}

function wrap(db: DatabaseSync): JournalDatabase {
  const statements = new Map<string, StatementSync>();
  let depth = 0;
  let tasks: (() => void)[] = [];

  const prepare = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = db.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };

  function transact<T>(work: () => T): T {
    if (depth > 0) return work();
    db.exec('BEGIN IMMEDIATE');
    depth = 1;
    let value: T;
    try {
      value = work();
      db.exec('COMMIT');
    } catch (error) {
      tasks = [];
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    } finally {
      depth = 0;
    }
    const due = tasks;
    tasks = [];
    for (const task of due) task();
    return value;
  }

  return {
    run: (sql, parameters = {}) => Number(prepare(sql).run(parameters).changes),
    get(sql, row, parameters = {}) {
      const found = prepare(sql).get(parameters);
      return found === undefined ? undefined : row.parse(found);
    },
    all: (sql, row, parameters = {}) =>
      prepare(sql)
        .all(parameters)
        .map((found) => row.parse(found)),
    transact,
    readAtOnce(read) {
      db.exec('BEGIN');
      try {
        return read();
      } finally {
        db.exec('ROLLBACK');
      }
    },
    afterCommit(task) {
      if (depth > 0) tasks.push(task);
      else task();
    },
    close: () => {
      db.close();
    },
  };
}

function openFile(file: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file);
    db.exec('PRAGMA busy_timeout = 2000');
    const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    const tables = Number(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] ?? 0);
    if (version > migrations.length) throw newer(file, version);
    if (version === 0 && tables > 0) throw unreadable(file, 'It is a database, but not one of SPARK.');
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    migrate(db, version);
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof AppError) throw error;
    throw unreadable(file, error instanceof Error ? error.message : String(error), error);
  }
}

function migrate(db: DatabaseSync, from: number): void {
  for (const [index, sql] of migrations.entries()) {
    if (index < from) continue;
    db.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

const newer = (file: string, version: number): AppError =>
  new AppError(
    'journal_unreadable',
    `The journal was written by a newer SPARK (schema ${version}, this one knows ${migrations.length}). Nothing was changed. Start the newer SPARK, or choose another folder with SPARK_DATA_DIR.`,
    { data: { file, version } },
  );

const unreadable = (file: string, why: string, cause?: unknown): AppError =>
  new AppError(
    'journal_unreadable',
    `The journal cannot be read: ${why} Nothing was overwritten. Move the file away to start afresh, or choose another folder with SPARK_DATA_DIR.`,
    { data: { file }, ...(cause === undefined ? {} : { cause }) },
  );
