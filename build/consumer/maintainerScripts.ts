import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { migrationNames } from '../../database/migrationFiles.ts';

/** Scripts of both archives; dpkg runs those of `maintainerScripts`. */
export const scriptsDir = join(import.meta.dirname, 'scripts');
export const maintainerScripts = ['preinst', 'postinst', 'prerm', 'postrm'] as const;

/** The script with the version and the migrations that it compares the installed ones with. */
export async function maintainerScript(name: (typeof maintainerScripts)[number], version: string): Promise<string> {
  const text = await readFile(join(scriptsDir, name), 'utf8');
  return text.replaceAll('@VERSION@', version).replaceAll('@MIGRATIONS@', (await migrationNames()).join(' '));
}
