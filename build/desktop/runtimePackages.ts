import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const manifestSchema = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().optional() })).default({}),
});

/**
 * The production dependencies that the built main loads by name, sorted. The consumer's and the web host's are in the same
 * package.json and are not packed into the app.
 */
export async function loadedByMain(mainDir: string, dependencies: readonly string[]): Promise<string[]> {
  const files = (await readdir(mainDir, { recursive: true })).filter((name) => name.endsWith('.js'));
  const texts = await Promise.all(files.map((name) => readFile(join(mainDir, name), 'utf8')));
  const named = texts.flatMap((text) =>
    [...text.matchAll(/\b(?:from|import|require|resolve)\s*\(?\s*["'`]((?:@[\w.-]+\/)?[\w.-]+)/g)].map(
      ([, name = '']) => name,
    ),
  );
  const loaded = new Set(named);
  return dependencies.filter((name) => loaded.has(name)).toSorted();
}

/**
 * Folders (`node_modules/…`, relative to `root`) of these packages and of all that they depend on, as Node would find them.
 * Throws for one that is not installed; optional ones may be absent.
 */
export async function withDependencies(root: string, names: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  async function add(name: string, from: string, isOptional: boolean): Promise<void> {
    const folder = find(root, name, from);
    if (folder === undefined) {
      if (isOptional) return;
      throw new Error(`The package ${name}, which ${from || 'SPARK'} needs, is not installed. Run npm ci.`);
    }
    if (found.has(folder)) return;
    found.add(folder);
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')));
    for (const each of Object.keys(manifest.dependencies)) await add(each, folder, false);
    // What a package can do without is packed only when it is a dependency of somebody else.
    for (const each of Object.keys(manifest.peerDependencies))
      if (manifest.peerDependenciesMeta[each]?.optional !== true) await add(each, folder, true);
  }
  for (const name of names) await add(name, '', false);
  return [...found].toSorted();
}

function find(root: string, name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name).replaceAll('\\', '/');
    if (existsSync(join(root, candidate, 'package.json'))) return candidate;
    if (folder === '' || folder === '.') return undefined;
  }
}
