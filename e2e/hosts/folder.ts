import { chmod, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

/** A new folder that others may pass through: where this is root, the desktop app runs as another user. */
export async function makeFolder(parent: string, name: string): Promise<string> {
  const folder = await mkdtemp(join(parent, `${name}-`));
  await chmod(folder, 0o711);
  return folder;
}
