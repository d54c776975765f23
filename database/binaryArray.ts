import { BinaryWriter, roomFor } from './binaryWriter.ts';
import type { SqlType, SqlValue } from './tables.ts';

/*
 * One parameter for a whole column: PostgreSQL's binary form of a one-dimensional array (array_recv in arrayfuncs.c).
 * pg sends a Buffer as a binary parameter.
 */

/** Object ids of the element types, fixed for ever in pg_type.dat. */
const oidOf: Record<SqlType, number> = {
  uuid: 2950,
  text: 25,
  bigint: 20,
  integer: 23,
  'double precision': 701,
  boolean: 16,
  timestamptz: 1184,
  jsonb: 3802,
};

const headerBytes = 20;

/**
 * A column's values as a parameter for `$n::type[]`. Times are ISO 8601 or milliseconds since 1970, jsonb is JSON text
 * or its bytes. Throws a DependencyError `db_rejected` for a value that the type cannot hold, as the server would.
 */
export function toBinaryArray(type: SqlType, values: readonly SqlValue[]): Buffer {
  let size = headerBytes;
  for (const value of values) size += roomFor(type, value);
  const writer = new BinaryWriter(size);
  // One dimension, which may hold nulls, of this type, with so many elements, the first one numbered 1.
  for (const word of [1, 1, oidOf[type], values.length, 1]) writer.int32(word);
  for (const value of values) writer.value(type, value);
  return writer.done();
}
