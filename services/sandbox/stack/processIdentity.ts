import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';

/**
 * A process is its id and the moment it started: an id alone is given to another program sooner or later. Linux says
 * the moment in clock ticks since boot (`/proc/<pid>/stat`, field 22), other systems through `ps`.
 * Windows offers neither cheaply: there a recorded process is never taken for the one that runs now.
 */
export function startMark(pid: number): string | undefined {
  if (process.platform === 'win32') return undefined;
  try {
    if (process.platform === 'linux') return linuxMark(pid);
    const mark = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return mark === '' ? undefined : mark;
  } catch {
    return undefined;
  }
}

function linuxMark(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets and may itself hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
  return `${boot}-${fields[19] ?? ''}`;
}

export interface ProcessRecord {
  readonly pid: number;
  /** What `startMark` said when the record was made; empty where the system cannot say. */
  readonly mark: string;
}

export const recordOf = (pid: number): ProcessRecord => ({ pid, mark: startMark(pid) ?? '' });

/** Whether the recorded process itself still runs, not another one under its id. */
export function stillRuns(record: ProcessRecord): boolean {
  if (record.mark !== '') return startMark(record.pid) === record.mark;
  return process.platform === 'win32' && exists(record.pid);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Record as one line `pid mark`, which a shell can read too. */
export const formatRecord = (record: ProcessRecord): string => `${record.pid} ${record.mark}\n`;

export function parseRecord(text: string): ProcessRecord | undefined {
  const match = /^(\d+) ?(.*)$/.exec(text.trim());
  const pid = Number(match?.[1]);
  return Number.isSafeInteger(pid) && pid > 1 ? { pid, mark: match?.[2] ?? '' } : undefined;
}
