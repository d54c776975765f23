import { homedir, platform } from 'node:os';
import { join } from 'node:path';

/** Where a program's data of this user belongs on this system, when `SPARK_DATA_DIR` does not say otherwise. */
export function defaultDataDir(): string {
  if (platform() === 'win32') return join(homedir(), 'AppData', 'Local', 'SPARK');
  if (platform() === 'darwin') return join(homedir(), 'Library', 'Application Support', 'SPARK');
  return join(homedir(), '.local', 'share', 'spark');
}
