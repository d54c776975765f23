import type { FreshDatabase } from './freshDatabase.ts';

/** One line per fact of the schema, sorted: what differs between two databases is what a diff of the lists shows. */
export async function describeCatalog({ query }: Pick<FreshDatabase, 'query'>): Promise<string[]> {
  const lines: string[] = [];
  for (const text of facts) {
    lines.push(...(await query(text)).map((row) => JSON.stringify(row)));
  }
  return lines;
}

const inPublic = (column: string): string => `${column} = 'public'::regnamespace`;

const facts = [
  // Tables, partitions, indexes and sequences, with partition keys, bounds, settings, rights and comments.
  `SELECT c.relname AS name, c.relkind AS kind, pg_get_userbyid(c.relowner) AS owner, c.relpersistence AS persistence, c.reloptions AS options,
          c.relacl::text AS rights, c.relreplident AS identity, pg_get_partkeydef(c.oid) AS partitioned,
          pg_get_expr(c.relpartbound, c.oid) AS bounds,
          (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = c.oid) AS parent,
          CASE WHEN c.relkind IN ('i', 'I') THEN pg_get_indexdef(c.oid) END AS index, obj_description(c.oid, 'pg_class') AS comment
   FROM pg_class c WHERE ${inPublic('c.relnamespace')} ORDER BY c.relname`,
  `SELECT c.relname AS table, a.attnum AS number, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required,
          pg_get_expr(d.adbin, d.adrelid) AS default, a.attgenerated AS generated, a.attidentity AS identity, a.attstorage AS storage,
          a.attcompression AS compression, a.attacl::text AS rights, a.attcollation::regcollation::text AS collation,
          col_description(c.oid, a.attnum) AS comment
   FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
   WHERE ${inPublic('c.relnamespace')} AND c.relkind IN ('r', 'p', 'S') AND a.attnum > 0 AND NOT a.attisdropped
   ORDER BY c.relname, a.attnum`,
  `SELECT conrelid::regclass::text AS table, conname AS constraint, contype AS kind, pg_get_constraintdef(oid) AS definition, convalidated AS valid,
          obj_description(oid, 'pg_constraint') AS comment
   FROM pg_constraint WHERE ${inPublic('connamespace')} ORDER BY 1, 2`,
  `SELECT p.oid::regprocedure::text AS function, pg_get_functiondef(p.oid) AS definition, pg_get_userbyid(p.proowner) AS owner,
          p.proacl::text AS rights, obj_description(p.oid, 'pg_proc') AS comment
   FROM pg_proc p WHERE ${inPublic('p.pronamespace')} ORDER BY 1`,
  `SELECT tgrelid::regclass::text AS table, tgname AS trigger, pg_get_triggerdef(oid) AS definition FROM pg_trigger
   WHERE tgrelid IN (SELECT oid FROM pg_class WHERE ${inPublic('relnamespace')}) ORDER BY 1, 2`,
  `SELECT typname AS type, typtype AS kind FROM pg_type WHERE ${inPublic('typnamespace')} ORDER BY 1`,
  `SELECT nspacl::text AS schema_rights FROM pg_namespace WHERE nspname = 'public'`,
  `SELECT * FROM pg_publication_tables ORDER BY 1, 2, 3`,
  `SELECT id, name FROM spark_schema_migrations ORDER BY id`,
];
