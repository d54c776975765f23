import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openState } from './state.ts';

const since = new Date('2026-11-23T18:00:00Z');
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'spark-flink-state-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function addCheckpoint(job: string, name: string, madeAt: number, whole = true): void {
  const path = join(dir, 'checkpoints', job, name);
  mkdirSync(path, { recursive: true });
  if (!whole) return;
  writeFileSync(join(path, '_metadata'), '');
  utimesSync(join(path, '_metadata'), madeAt, madeAt);
}

test('the newest checkpoint that is whole is found, whichever job made it', () => {
  const state = openState(dir);
  expect(state.newest()).toBeUndefined();
  state.reset(since, 'l1');
  expect(state.newest()).toBeUndefined();
  addCheckpoint('aa', 'chk-12', 100);
  addCheckpoint('bb', 'chk-2', 300);
  addCheckpoint('bb', 'chk-3', 400, false);
  addCheckpoint('bb', 'shared', 500);
  expect(openState(dir).newest()).toEqual({
    checkpoint: expect.stringMatching(/^file:.*\/bb\/chk-2$/),
    since,
    layout: 'l1',
  });
});

test('after a reset the checkpoints of before are gone', () => {
  const state = openState(dir);
  addCheckpoint('aa', 'chk-12', 100);
  state.reset(since, 'l1');
  expect(state.newest()).toBeUndefined();
});
