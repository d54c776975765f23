import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * The part of node:sqlite that the journal uses, over SQLite as WebAssembly, for an Electron whose Node has none. Only
 * the build for that Electron (buildCompat.ts) puts it in the place of node:sqlite.
 */

type Value = null | number | bigint | string | Uint8Array;
type Parameters = Readonly<Record<string, Value>>;

interface WasmStatement {
  run(values: Parameters): { readonly changes: number; readonly lastInsertRowid: number | bigint };
  all(values: Parameters): Readonly<Record<string, Value>>[];
  finalize(): void;
}

interface WasmDatabase {
  readonly inTransaction: boolean;
  exec(sql: string): void;
  prepare(sql: string): WasmStatement;
  close(): void;
}

/** Path of the copy beside main; written in by the build. */
declare const compatSqlitePath: string;
const { Database } = createRequire(__filename)(compatSqlitePath) as { Database: new (file: string) => WasmDatabase };

/** See sqlite.org/fileformat.html, "The Database Header". */
const headerBytes = 100;
const writeVersionAt = 18;
const walVersion = 2;

const isWritten = (file: string): boolean => existsSync(file) && statSync(file).size >= headerBytes;

function readHeader(file: string): Buffer {
  const header = Buffer.alloc(headerBytes);
  const opened = openSync(file, 'r');
  readSync(opened, header);
  closeSync(opened);
  return header;
}

class StatementSync {
  readonly #statement: WasmStatement;
  readonly #names: readonly string[];
  constructor(statement: WasmStatement, sql: string) {
    this.#statement = statement;
    this.#names = [...new Set(sql.match(/[:$@][A-Za-z_]\w*/g))];
  }
  /** node:sqlite takes names without their prefix. */
  #bind(parameters: Parameters = {}): Record<string, Value> {
    const bound: Record<string, Value> = {};
    for (const name of this.#names) {
      const value = parameters[name] ?? parameters[name.slice(1)];
      if (value !== undefined) bound[name] = value;
      else if (name in parameters || name.slice(1) in parameters) bound[name] = null;
    }
    return bound;
  }
  run(parameters?: Parameters) {
    return this.#statement.run(this.#bind(parameters));
  }
  get(parameters?: Parameters) {
    // The package's own `get` leaves the statement open, and an open one keeps a transaction from ending.
    return this.all(parameters)[0];
  }
  all(parameters?: Parameters) {
    return this.#statement.all(this.#bind(parameters));
  }
  finalize(): void {
    this.#statement.finalize();
  }
}

export class DatabaseSync {
  readonly #database: WasmDatabase;
  readonly #statements = new Set<StatementSync>();
  constructor(file: string) {
    const isWal = isWritten(file) && readHeader(file)[writeVersionAt] === walVersion;
    this.#database = new Database(file);
    // Of node:sqlite, by a web host: opened by one alone, then left as everything else here is. The read lets go of it.
    if (isWal)
      this.#database.exec(
        'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_master',
      );
  }
  get isTransaction(): boolean {
    return this.#database.inTransaction;
  }
  exec(sql: string): void {
    // The WebAssembly build has no shared memory, which WAL needs unless one process alone holds the file.
    this.#database.exec(sql.replaceAll(/PRAGMA journal_mode = WAL/gi, 'PRAGMA journal_mode = DELETE'));
  }
  prepare(sql: string): StatementSync {
    const statement = new StatementSync(this.#database.prepare(sql), sql);
    this.#statements.add(statement);
    return statement;
  }
  close(): void {
    for (const statement of this.#statements) statement.finalize();
    this.#database.close();
  }
}
