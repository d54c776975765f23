import { build } from 'esbuild';
import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { rulesFile } from '../rules/file.ts';

/** What Storm starts, by the name of its script. */
const parts = ['spout', 'validate', 'alert'] as const;
const stormDir = join(import.meta.dirname, '..');

/**
 * Writes spout and bolts into `dir`, one file each with all that they import, and the rules beside them. They need Node 24
 * and nothing else: a supervisor has no `node_modules`.
 */
export async function writeScripts(dir: string): Promise<void> {
  await build({
    entryPoints: Object.fromEntries(parts.map((part) => [part, join(stormDir, part, 'main.ts')])),
    absWorkingDir: stormDir,
    outdir: dir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Packages that are CommonJS ask for Node's own modules by `require`, which a module does not have.
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
    external: ['pg-native'],
    logLevel: 'warning',
  });
  await copyFile(rulesFile, join(dir, basename(rulesFile)));
}
