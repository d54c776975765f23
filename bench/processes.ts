import { readdir, readFile } from 'node:fs/promises';
import { platform } from 'node:os';

/*
 * What processes cost, as Linux counts it in /proc. Another system has no such files: there every reading is undefined,
 * and the metrics made of it are reported as not available.
 */

/** Linux counts CPU time in hundredths of a second on every architecture that Node runs on. */
const ticksPerSecond = 100;

export interface ProcessTime {
  readonly pid: number;
  readonly parent: number;
  /** User and system time of its own, in milliseconds. */
  readonly ownMs: number;
  /** The same of its children that have ended and were waited for. */
  readonly endedChildrenMs: number;
}

/** Parses `/proc/<pid>/stat`; the name in it may hold spaces and brackets. Undefined when it is no such line. */
export function parseStat(line: string): ProcessTime | undefined {
  const pid = Number.parseInt(line, 10);
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .trim()
    .split(' ')
    .map(Number);
  // Fields 4 and 14 to 17 of proc(5); the list begins with field 3.
  const [parent, user, system, childUser, childSystem] = [1, 11, 12, 13, 14].map((place) => fields[place] ?? NaN);
  const ownMs = toMs(user) + toMs(system);
  const endedChildrenMs = toMs(childUser) + toMs(childSystem);
  if (parent === undefined || Number.isNaN(pid + parent + ownMs + endedChildrenMs)) return undefined;
  return { pid, parent, ownMs, endedChildrenMs };
}

const toMs = (ticks: number | undefined): number => ((ticks ?? NaN) * 1_000) / ticksPerSecond;

/**
 * CPU time of a process and all below it. What a child used before it ended stands with its parent then, so that the
 * difference of two readings is right whether children come and go or not.
 */
export function treeTimeMs(processes: readonly ProcessTime[], root: number): number {
  const children = Map.groupBy(processes, ({ parent }) => parent);
  const sumBelow = (pid: number): number =>
    (children.get(pid) ?? []).reduce((sum, child) => sum + timeOf(child) + sumBelow(child.pid), 0);
  const own = processes.find(({ pid }) => pid === root);
  return (own === undefined ? 0 : timeOf(own)) + sumBelow(root);
}

const timeOf = ({ ownMs, endedChildrenMs }: ProcessTime): number => ownMs + endedChildrenMs;

/** CPU time so far of each named process tree; undefined where it cannot be told. */
export async function readTreeTimes<K extends string>(
  roots: Readonly<Record<K, readonly (number | undefined)[]>>,
): Promise<Readonly<Record<K, number>> | undefined> {
  if (platform() !== 'linux') return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')));
  const processes = read.flatMap((line) => parseStat(line) ?? []);
  const times = Object.entries<readonly (number | undefined)[]>(roots).map(([name, pidsOf]) => [
    name,
    pidsOf.reduce<number>((sum, pid) => sum + (pid === undefined ? 0 : treeTimeMs(processes, pid)), 0),
  ]);
  return Object.fromEntries(times) as Record<K, number>;
}

/** The most memory that a process has held so far, in MB (RSS, the kernel's own high-water mark). */
export async function readPeakMemoryMb(pid: number | undefined): Promise<number | undefined> {
  if (pid === undefined || platform() !== 'linux') return undefined;
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
  const [, kb] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return kb === undefined ? undefined : Number(kb) / 1_024;
}
