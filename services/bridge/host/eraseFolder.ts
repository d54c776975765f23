import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What SPARK writes into its data folder; nothing else in it is touched, the folder may hold more than ours. */
const ownFiles = /^(journal\.(sqlite|lock|owner)|settings\.json|secrets\.json)/;

/** Removes SPARK's own files, and the sandbox with its project. Call it while no journal is open. */
export function eraseFolder(folder: string): void {
  rmSync(join(folder, 'sandbox'), { recursive: true, force: true });
  for (const name of readdirSync(folder)) if (ownFiles.test(name)) rmSync(join(folder, name), { force: true });
}
