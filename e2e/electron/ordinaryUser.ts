import { chmod, chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';

/** `nobody` on every Linux. */
const ordinaryId = 65_534;

/** Who the app runs as, for programs that are started beside it; nothing where this is no root. */
export const ordinaryAccount = (): { readonly uid?: number; readonly gid?: number } =>
  process.getuid?.() === 0 ? { uid: ordinaryId, gid: ordinaryId } : {};

/** Gives a folder, or a file, to that user. */
export async function giveToOrdinaryUser(path: string): Promise<void> {
  const { uid, gid } = ordinaryAccount();
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}

/**
 * Chromium's sandbox, which the app always turns on, refuses to run as root. For a run as root this makes a start script
 * in `folder` that gives its rights up first, and gives `folder` to that user; otherwise the executable is returned.
 */
export async function asOrdinaryUser(executablePath: string, folder: string): Promise<string> {
  if (process.getuid?.() !== 0) return executablePath;
  const script = join(folder, 'start-electron');
  const drop = `setpriv --reuid=${ordinaryId} --regid=${ordinaryId} --clear-groups`;
  await writeFile(script, `#!/bin/sh\nexec ${drop} -- '${executablePath}' "$@"\n`);
  await chmod(script, 0o755);
  await giveToOrdinaryUser(folder);
  return script;
}
