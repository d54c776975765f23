import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endOnCrash, makeCrashReports } from './crashes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spark-crashes-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (at = '2026-11-22T10:00:00.000Z') =>
  makeCrashReports({
    folder: join(folder, 'logs'),
    about: 'SPARK 1.2.3',
    logLines: () => ['{"msg":"connecting to nats://spark:hunter2@10.0.0.27:4222"}'],
    now: () => new Date(at),
  });

test('a report has the error, where it came from and the end of the log, and no password', () => {
  const file = open().write(new TypeError(`broken in ${homedir()}/x`), 'uncaughtException') ?? '';
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('SPARK 1.2.3 · 2026-11-22T10:00:00.000Z · uncaughtException');
  expect(text).toContain('TypeError: broken in ~/x');
  expect(text).toContain('nats://[secret]@10.0.0.27:4222');
  expect(text).not.toContain('hunter2');
});

test('each report is told once, the newest first, and only some are kept', () => {
  expect(open().takeUntold()).toEqual([]);
  for (let day = 10; day < 25; day += 1) open(`2026-11-${day}T10:00:00.000Z`).write('x', 'unhandledRejection');
  const untold = open().takeUntold();
  expect(untold).toHaveLength(15);
  expect(untold[0]).toContain('2026-11-24');
  expect(open().takeUntold()).toEqual([]);
  expect(readdirSync(join(folder, 'logs'))).toHaveLength(10);
});

test('where no report can be written the end comes all the same', async () => {
  writeFileSync(join(folder, 'logs'), 'a file where the folder should be');
  const program = new EventEmitter();
  const ended = new Promise<string | undefined>((resolve) => {
    endOnCrash({ process: program, reports: open(), end: async (file) => resolve(file) });
  });
  program.emit('uncaughtException', new Error('x'));
  expect(await ended).toBeUndefined();
});

test('a second error while SPARK ends does not end it twice', () => {
  const program = new EventEmitter();
  let ends = 0;
  endOnCrash({ process: program, reports: open(), end: async () => void (ends += 1) });
  program.emit('uncaughtException', new Error('first'));
  program.emit('unhandledRejection', new Error('second'));
  expect(ends).toBe(1);
});
