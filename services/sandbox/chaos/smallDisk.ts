import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A small tmpfs that can be filled: a disk that is really full. It is mounted in a mount namespace of its own, which a
 * process holds open over the restarts of the server that uses it, so nothing is left when that process ends. Linux only.
 */
export interface SmallDisk {
  readonly pid: number;
  /** The disk, as a program outside the namespace reaches it. */
  readonly path: string;
  /** Leaves not a byte of it. */
  readonly fill: () => void;
  /** Takes away what `fill` wrote. */
  readonly clear: () => void;
  readonly release: () => void;
}

/** The arguments of `unshare` that make the namespaces, and `nsenter` those that enter them. */
export const namespacesOf = (how: DiskOptions): string[] =>
  how.owner === undefined ? ['--user', '--mount'] : ['--mount'];

export interface DiskOptions {
  /** Folder that it is mounted on; only the holder sees the disk there. */
  readonly folder: string;
  readonly megabytes: number;
  /**
   * Account that the disk is for, when that is not the caller's: needs root. Without it the namespaces are those of an
   * ordinary user, whose files only that user (as their root) can write.
   */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
}

/** Whether this system lets the caller make one. */
export function canMountDisk(owner?: DiskOptions['owner']): boolean {
  try {
    const as = owner === undefined ? ['--user', '--mount', '--map-root-user'] : ['--mount'];
    execFileSync('unshare', [...as, 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export async function mountDisk(options: DiskOptions): Promise<SmallDisk> {
  const { folder, megabytes, owner } = options;
  const [of, hold] =
    owner === undefined
      ? ['', 'exec cat']
      : [
          `,uid=${owner.uid},gid=${owner.gid},mode=0700`,
          // As the account, whose programs may then look through /proc into the namespace.
          `exec setpriv --reuid ${owner.uid} --regid ${owner.gid} --clear-groups cat`,
        ];
  const holder: ChildProcess = spawn(
    'unshare',
    [
      ...namespacesOf(options),
      ...(owner === undefined ? ['--map-root-user'] : []),
      'sh',
      '-c',
      `mount -t tmpfs -o size=${megabytes}m${of} none '${folder}' && echo mounted && ${hold}`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const release = (): void => void holder.kill('SIGKILL');
  if (holder.stdout === null || holder.pid === undefined) throw new Error('no process holds the disk');
  const mounted = once(holder.stdout, 'data');
  const ended = once(holder, 'exit').then(() => Promise.reject(new Error(`${folder} could not be mounted`)));
  await Promise.race([mounted, ended]);
  ended.catch(() => undefined);
  const path = `/proc/${holder.pid}/root${folder}`;
  const filler = join(path, 'filler');
  return {
    pid: holder.pid,
    path,
    fill() {
      for (const size of [65_536, 1_024]) {
        try {
          for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
        } catch (error) {
          if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
        }
      }
    },
    clear: () => rmSync(filler),
    release,
  };
}
