import { expect, test } from 'vitest';
import { makePlayback } from './playback.ts';

/** Sound hardware whose clock is set by hand. */
function makeOutput() {
  const played: { at: number; seconds: number; stopped: boolean; onEnd: () => void }[] = [];
  const clock = { seconds: 10, latency: 0 };
  return {
    played,
    clock,
    output: {
      now: () => clock.seconds,
      latency: () => clock.latency,
      schedule(pcm: Int16Array<ArrayBuffer>, at: number, onEnd: () => void) {
        const entry = { at, seconds: pcm.length / 24_000, stopped: false, onEnd };
        played.push(entry);
        return () => void (entry.stopped = true);
      },
    },
  };
}
const sound = (ms: number) => new Int16Array(ms * 24);

test('pieces follow each other without a gap, and what was heard is exact to the millisecond', () => {
  const { output, played, clock } = makeOutput();
  const heard: unknown[] = [];
  const playback = makePlayback({ output, onHeard: (id, ms) => heard.push([id, ms]) });
  playback.add('a', sound(100));
  playback.add('a', sound(200));
  playback.add('b', sound(100));
  expect(played.map(({ at }) => Math.round((at - 10) * 1_000))).toEqual([60, 160, 360]);
  clock.seconds = 10.06 + 0.25;
  expect(playback.isPlaying()).toBe(true);
  expect(playback.stop()).toEqual([
    { messageId: 'a', audioMs: 250 },
    { messageId: 'b', audioMs: 0 },
  ]);
  expect(played.every(({ stopped }) => stopped)).toBe(true);
  expect(playback.isPlaying()).toBe(false);
  expect(playback.stop()).toEqual([]);
});

test('what is on its way to the ear was not heard yet', () => {
  const { output, clock } = makeOutput();
  const playback = makePlayback({ output, onHeard: () => undefined });
  playback.add('a', sound(500));
  clock.latency = 0.1;
  clock.seconds = 10.06 + 0.3;
  expect(playback.stop()).toEqual([{ messageId: 'a', audioMs: 200 }]);
});

test('an answer that was heard out is told once its last piece has ended, and is cut by nothing later', () => {
  const { output, played, clock } = makeOutput();
  const heard: unknown[] = [];
  const playback = makePlayback({ output, onHeard: (id, ms) => heard.push([id, ms]) });
  playback.add('a', sound(100));
  playback.add('a', sound(100));
  played[0]?.onEnd();
  expect(heard).toEqual([]);
  clock.seconds = 11;
  played[1]?.onEnd();
  expect(heard).toEqual([['a', 200]]);
  expect(playback.stop()).toEqual([]);
});
