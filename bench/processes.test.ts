import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { platform } from 'node:os';
import process from 'node:process';
import { expect, test } from 'vitest';
import { parseStat, readPeakMemoryMb, readTreeTimes, treeTimeMs } from './processes.ts';

const statLine = (pid: number, name: string, parent: number, times: readonly number[]): string =>
  `${pid} (${name}) S ${parent} 1 1 0 -1 4194560 100 200 3 4 ${times.join(' ')} 20 0 11 0 12345 1000000 500\n`;

test('a stat line is read by its place after the name, which may hold spaces and brackets', () => {
  expect(parseStat(statLine(42, 'post) gres (1', 7, [150, 50, 30, 10]))).toEqual({
    pid: 42,
    parent: 7,
    ownMs: 2_000,
    endedChildrenMs: 400,
  });
  expect(parseStat('')).toBeUndefined();
  expect(parseStat('42 (half) S 7')).toBeUndefined();
});

test('the time of a tree is that of the root, of what lives below it and of what ended below it', () => {
  const processes = [
    { pid: 1, parent: 0, ownMs: 1_000, endedChildrenMs: 0 },
    { pid: 10, parent: 1, ownMs: 5, endedChildrenMs: 7 },
    { pid: 11, parent: 10, ownMs: 20, endedChildrenMs: 0 },
    { pid: 12, parent: 11, ownMs: 100, endedChildrenMs: 0 },
  ];
  expect(treeTimeMs(processes, 10)).toBe(132);
  // The grandchild ends: its parent has its time now, and nothing is lost.
  const after = processes
    .filter(({ pid }) => pid !== 12)
    .map((each) => (each.pid === 11 ? { ...each, endedChildrenMs: 100 } : each));
  expect(treeTimeMs(after, 10)).toBe(132);
  expect(treeTimeMs(processes, 99)).toBe(0);
});

test.runIf(platform() === 'linux')(
  'the work of a child process is counted to this one, before and after its end',
  async () => {
    const time = async (): Promise<number> => (await readTreeTimes({ own: [process.pid] }))?.own ?? NaN;
    const before = await time();
    const busy = 'const end = process.cpuUsage; while (end().user + end().system < 300000); process.stdin.resume()';
    const child = spawn(process.execPath, ['-e', busy]);
    await expect.poll(time, { timeout: 20_000 }).toBeGreaterThan(before + 250);
    child.kill();
    await once(child, 'exit');
    expect(await time()).toBeGreaterThan(before + 250);
    expect(await readPeakMemoryMb(process.pid)).toBeGreaterThan(10);
    expect(await readPeakMemoryMb(undefined)).toBeUndefined();
  },
);
