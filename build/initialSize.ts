import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface InitialSize {
  readonly scriptBytes: number;
  readonly styleBytes: number;
}

/**
 * What the built window loads for its first paint, gzip: the scripts and styles that its page names, and every script
 * that those import at once. An `import()` is loaded later and does not count, also where it is asked for by itself, as
 * what draws markdown. Throws when nothing is built.
 */
export async function initialSize(builtDir: string): Promise<InitialSize> {
  const html = await readFile(join(builtDir, 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].flatMap(([, file]) => file ?? []);
  const open = [...named];
  const sizes = new Map<string, number>();
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (sizes.has(file)) continue;
    const bytes = await readFile(join(builtDir, file));
    sizes.set(file, gzipSync(bytes).length);
    if (!file.endsWith('.js')) continue;
    // `import x from"./a.js"`, `import"./a.js"` and `export … from"./a.js"`, as the bundler writes them.
    for (const [, imported] of bytes
      .toString('utf8')
      .matchAll(/(?:^|[;}\s])(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) {
      if (imported !== undefined) open.push(`assets/${imported}`);
    }
  }
  const sum = (ending: string): number =>
    [...sizes].reduce((total, [file, size]) => total + (file.endsWith(ending) ? size : 0), 0);
  return { scriptBytes: sum('.js'), styleBytes: sum('.css') };
}
