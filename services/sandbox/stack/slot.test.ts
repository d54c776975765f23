import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endOrphans } from './children.ts';
import { formatRecord, parseRecord, recordOf, stillRuns } from './processIdentity.ts';
import { takeSlot } from './slot.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spark-slot-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('slots', () => {
  test('a second stack takes the next slot, and a released one is taken again', () => {
    const first = takeSlot(root);
    const second = takeSlot(root);
    expect([first.name, second.name]).toEqual(['1', '2']);
    first.release();
    expect(takeSlot(root).name).toBe('1');
  });

  test('a named slot in use is refused', () => {
    takeSlot(root, 'mine');
    expect(() => takeSlot(root, 'mine')).toThrow(/in use by a running stack/);
  });

  test('a lock is stale when its process id runs again as another process, or when it is no lock', () => {
    for (const content of [formatRecord({ pid: process.pid, mark: 'another start' }), 'rubbish', '']) {
      mkdirSync(join(root, '1'), { recursive: true });
      writeFileSync(join(root, '1', 'lock'), content);
      const slot = takeSlot(root);
      expect(slot.name).toBe('1');
      slot.release();
    }
  });
});

describe('process records', () => {
  test('a record is read back as it was written', () => {
    const own = recordOf(process.pid);
    expect(parseRecord(formatRecord(own))).toEqual(own);
    expect(stillRuns(own)).toBe(true);
  });

  test('what an earlier run left behind is ended, and a process that merely has its id is not', async () => {
    const orphan = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const ended = once(orphan, 'exit');
    try {
      await Promise.all([once(orphan, 'spawn'), once(bystander, 'spawn')]);
      const folder = join(root, 'processes');
      mkdirSync(folder);
      writeFileSync(join(folder, `left-${orphan.pid}.pid`), formatRecord(recordOf(orphan.pid ?? 0)));
      writeFileSync(
        join(folder, `other-${bystander.pid}.pid`),
        formatRecord({ pid: bystander.pid ?? 0, mark: 'earlier' }),
      );
      await expect(endOrphans(folder)).resolves.toEqual(['left']);
      await ended;
      expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    } finally {
      orphan.kill('SIGKILL');
      bystander.kill('SIGKILL');
    }
  });
});
