import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makePace } from './pace.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Pieces within a second where every timer fires so many milliseconds late. */
async function piecesIn(deltaMs: number, lateMs: number): Promise<number> {
  let clock = 0;
  const pace = makePace(deltaMs, () => clock);
  let pieces = 0;
  while (clock < 1_000) {
    const waited = pace();
    const before = Date.now();
    await vi.advanceTimersToNextTimerAsync();
    await waited;
    clock += Date.now() > before ? Date.now() - before + lateMs : 0;
    pieces += 1;
  }
  return pieces;
}

test('pieces come as often as they should, also where timers are late', async () => {
  expect(await piecesIn(2, 0)).toBe(500);
  expect(await piecesIn(2, 1.5)).toBeGreaterThanOrEqual(498);
  expect(await piecesIn(15, 4)).toBeGreaterThanOrEqual(66);
});

test('after a rest the first piece waits, and nothing is made up for', async () => {
  let clock = 0;
  const pace = makePace(10, () => clock);
  void pace();
  clock = 5_000;
  let pieces = 0;
  const send = async (): Promise<void> => {
    await pace();
    pieces += 1;
  };
  void send();
  void send();
  await vi.advanceTimersByTimeAsync(9);
  expect(pieces).toBe(0);
  await vi.advanceTimersByTimeAsync(2);
  expect(pieces).toBe(1);
});
