import { expect, it } from 'vitest';
import { makeFrameSchedule } from './frameSchedule.ts';

/** A page whose display has a frame every 16 ms. */
function setUp() {
  let clock = 0;
  let hidden = false;
  const due: { at: number; run: () => void }[] = [];
  const at = (time: number, run: () => void): void => void due.push({ at: time, run });
  const schedule = makeFrameSchedule({
    now: () => clock,
    atFrame: (run) => at((Math.floor(clock / 16) + 1) * 16, run),
    later: (run, ms) => at(clock + ms, run),
    isHidden: () => hidden,
  });
  const runUntil = (end: number): void => {
    for (;;) {
      due.sort((a, b) => a.at - b.at);
      if ((due[0]?.at ?? Infinity) > end) break;
      const next = due.shift();
      clock = next?.at ?? clock;
      next?.run();
    }
    clock = end;
  };
  return { schedule, runUntil, now: () => clock, hide: () => (hidden = true) };
}

it('what comes after a rest is shown at the next frame', () => {
  const page = setUp();
  const shown: number[] = [];
  page.schedule(() => shown.push(page.now()));
  page.runUntil(1_000);
  page.schedule(() => shown.push(page.now()));
  page.runUntil(2_000);
  expect(shown).toEqual([16, 1_008]);
});

it('what streams is shown at every second frame', () => {
  const page = setUp();
  const shown: number[] = [];
  const again = (): void => {
    shown.push(page.now());
    page.schedule(again);
  };
  page.schedule(again);
  page.runUntil(16 * 64);
  expect(shown).toHaveLength(32);
});

it('a hidden page is brought up to date all the same', () => {
  const page = setUp();
  const shown: number[] = [];
  page.hide();
  page.schedule(() => shown.push(page.now()));
  page.runUntil(200);
  expect(shown).toEqual([100]);
});
