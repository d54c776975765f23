import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { packageFolderOf } from '../consumer/packages.ts';

/**
 * Writes beside what was built (`packages/<part>.json`) the folders of the packages whose code is in it, so that their
 * licences can be packed with it.
 */
export function listPackages(part: 'main' | 'preload' | 'renderer'): Plugin {
  return {
    name: 'spark:packages',
    writeBundle({ dir = '' }, bundle) {
      const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
      const folders = [...new Set(modules.flatMap((id) => packageFolderOf(id.replaceAll('\\', '/'))))].toSorted();
      const to = join(dir, '../packages');
      mkdirSync(to, { recursive: true });
      writeFileSync(join(to, `${part}.json`), `${JSON.stringify(folders, null, 2)}\n`);
    },
  };
}
