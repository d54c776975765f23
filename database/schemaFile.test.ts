import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { makeSchemaText, schemaFile } from './schemaFile.ts';

test('schema.sql is what the migrations make: run node database/writeSchema.ts after changing one', async () => {
  expect(await readFile(schemaFile, 'utf8')).toBe(await makeSchemaText());
});
