import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Writable } from 'node:stream';
import { waitMs } from '../../../shared/node/lifecycle/index.ts';
import { formatRecord, parseRecord, recordOf, stillRuns, type ProcessRecord } from './processIdentity.ts';

/**
 * Every process that a stack starts is recorded in a file while it runs. Two things read the files: a shell that waits
 * for the end of a pipe and so outlives a SIGKILL of its parent by the moment it needs to end the children, and the
 * next start in the same slot, for what even that missed (power loss, the whole group killed).
 * Children run in their own session: Ctrl-C reaches only the parent, which ends them in order.
 */
export interface Children {
  /**
   * Starts a process in its own session and records it until it exits. The program itself runs only once its record is
   * written: a SIGKILL of this process at any moment leaves nothing that nobody knows of.
   */
  spawn(name: string, command: string, args: readonly string[], options: StartOptions): ChildProcess;
  /** Ends the watching shell; call when no child runs any more. */
  close(): void;
}

type Stdio = 'ignore' | 'inherit' | 'pipe' | number;
export type StartOptions = Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'> & {
  /** Standard input, output and error. */
  readonly stdio: readonly [Stdio, Stdio, Stdio];
};

/** Waits for a word that the record is written; the end of the pipe without one means that its parent is gone. */
const startScript = 'read -r _ <&3 || exit 1; exec 3<&-; exec "$@"';

/** The shell's own part: wait for the end of standard input, ask every recorded process to stop, then force it. */
const guardScript = `
trap '' INT TERM HUP
while read -r _; do :; done
kill_all() { for f in "$1"/*.pid; do [ -f "$f" ] && { read -r pid _ < "$f"; kill -"$2" "$pid" 2>/dev/null; }; done; }
kill_all "$1" INT
n=0
while [ $n -lt 50 ]; do
  alive=0
  for f in "$1"/*.pid; do
    [ -f "$f" ] || continue
    read -r pid _ < "$f"
    if kill -0 "$pid" 2>/dev/null; then alive=1; else rm -f "$f"; fi
  done
  [ $alive -eq 0 ] && exit 0
  n=$((n+1)); sleep 0.1
done
kill_all "$1" KILL
`;

export function watchChildren(folder: string): Children {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const guard =
    process.platform === 'win32'
      ? undefined
      : spawn('/bin/sh', ['-c', guardScript, 'spark-stack-guard', folder], {
          stdio: ['pipe', 'ignore', 'ignore'],
          detached: true,
          cwd: '/',
        });
  guard?.on('error', () => undefined);
  guard?.stdin?.on('error', () => undefined);
  guard?.unref();

  return {
    spawn(name, command, args, { stdio, ...options }) {
      const child =
        process.platform === 'win32'
          ? spawn(command, args, { ...options, detached: true, stdio: [...stdio] })
          : spawn('/bin/sh', ['-c', startScript, 'spark-start', command, ...args], {
              ...options,
              detached: true,
              stdio: [...stdio, 'pipe'],
            });
      if (child.pid === undefined) return child;
      const word = child.stdio[3];
      try {
        record(join(folder, `${name}-${child.pid}.pid`), child);
      } catch (error) {
        child.kill('SIGKILL');
        throw error;
      }
      if (word instanceof Writable) {
        word.on('error', () => undefined);
        word.end('go\n');
      }
      return child;
    },
    close() {
      guard?.kill('SIGKILL');
    },
  };
}

function record(file: string, child: ChildProcess): void {
  // Renamed into place: the watching shell takes a half written record for a process that has ended.
  writeFileSync(`${file}.part`, formatRecord(recordOf(child.pid ?? 0)), { mode: 0o600 });
  renameSync(`${file}.part`, file);
  child.once('exit', () => {
    rmSync(file, { force: true });
  });
}

/** Ends what an earlier run left behind, after checking that each process is the recorded one. Returns their names. */
export async function endOrphans(folder: string): Promise<string[]> {
  const orphans = new Map<string, ProcessRecord>();
  for (const file of listFiles(folder)) {
    const record = parseRecord(readFileSync(join(folder, file), 'utf8'));
    if (record !== undefined && stillRuns(record)) orphans.set(file.replace(/-\d+\.pid$/, ''), record);
  }
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    for (const record of orphans.values()) if (stillRuns(record)) signalProcess(record.pid, signal);
    for (let waited = 0; waited < 5_000 && [...orphans.values()].some(stillRuns); waited += 50) await waitMs(50);
  }
  rmSync(folder, { recursive: true, force: true });
  return [...orphans.keys()];
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the check and the signal.
  }
}
