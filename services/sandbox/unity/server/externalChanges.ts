import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Newest modification time (milliseconds) under Assets, Packages and ProjectSettings; 0 when nothing can be read. */
export function newestChange(projectDir: string): number {
  let newest = 0;
  for (const folder of ['Assets', 'Packages', 'ProjectSettings']) {
    try {
      for (const entry of readdirSync(join(projectDir, folder), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const stats = statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false });
        newest = Math.max(newest, stats?.mtimeMs ?? 0);
      }
    } catch {
      // A folder that is absent, or that vanished while it was read, holds no change.
    }
  }
  return newest;
}
