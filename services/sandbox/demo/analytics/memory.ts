import { readdir, readFile } from 'node:fs/promises';
import { platform } from 'node:os';

/** Peaks so far, in MB, by program. Empty where the system has no /proc. */
export interface MemoryWatch {
  readonly peaks: () => Readonly<Record<string, number>>;
  readonly stop: () => void;
}

const everyMs = 2_000;

/**
 * Looks every two seconds at what every program holds in memory, with all the processes that it started. Pages that several of them
 * share count once (PSS); where that may not be read, resident memory is taken, shared pages each time.
 */
export function watchMemory(roots: () => Readonly<Record<string, number | undefined>>): MemoryWatch {
  const peaks: Record<string, number> = {};
  let looking: Promise<void> = Promise.resolve();
  async function look(): Promise<void> {
    const parents = await readParents();
    for (const [name, root] of Object.entries(roots())) {
      if (root === undefined) continue;
      const held = await Promise.all(withChildren(root, parents).map(readHeldMb));
      peaks[name] = Math.max(
        peaks[name] ?? 0,
        held.reduce((sum, mb) => sum + mb, 0),
      );
    }
  }
  const timer =
    platform() === 'linux'
      ? setInterval(() => {
          looking = looking.then(look);
        }, everyMs)
      : undefined;
  timer?.unref();
  return {
    peaks: () => Object.fromEntries(Object.entries(peaks).map(([name, mb]) => [name, Math.round(mb)])),
    stop: () => clearInterval(timer),
  };
}

async function readParents(): Promise<ReadonlyMap<number, number>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const pairs = await Promise.all(
    pids.map(async (pid): Promise<[number, number]> => {
      const stat = await readText(`/proc/${pid}/stat`);
      // The name in brackets may hold anything; the parent is the second field behind it.
      return [Number(pid), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])];
    }),
  );
  return new Map(pairs);
}

function withChildren(root: number, parents: ReadonlyMap<number, number>): number[] {
  const found = [root];
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child);
  return found;
}

async function readHeldMb(pid: number): Promise<number> {
  const shared = /^Pss:\s+(\d+) kB$/m.exec(await readText(`/proc/${pid}/smaps_rollup`))?.[1];
  const resident = shared ?? /^VmRSS:\s+(\d+) kB$/m.exec(await readText(`/proc/${pid}/status`))?.[1] ?? '0';
  return Number(resident) / 1_024;
}

/** Nothing of a process that has ended, or that is another user's. */
const readText = (path: string): Promise<string> => readFile(path, 'latin1').catch(() => '');
