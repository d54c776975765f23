import { writeFile } from 'node:fs/promises';
import { makeSchemaText, schemaFile } from './schemaFile.ts';

await writeFile(schemaFile, await makeSchemaText());
