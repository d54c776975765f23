import { expect, test, vi } from 'vitest';
import { watchAnalytics } from './watch.ts';

function make(answers: readonly (number | Error)[]) {
  let now = 0;
  let asked = 0;
  const onChange = vi.fn<() => void>();
  const stop = new AbortController();
  const status = watchAnalytics({
    client: {
      check: () => {
        const answer = answers[asked] ?? new Error('asked too often');
        asked += 1;
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ latencyMs: answer });
      },
    },
    onChange,
    signal: stop.signal,
    nowMs: () => now,
  });
  return { status, onChange, stop, later: (ms: number) => (now += ms), asked: () => asked };
}

test('what is known is told at once, and asked for again after half a minute', async () => {
  const { status, onChange, later, asked } = make([12.4, new Error('It does not answer.')]);
  expect(status()).toEqual({ kind: 'unknown' });
  await expect.poll(status).toEqual({ kind: 'ok', latencyMs: 12 });
  later(29_999);
  expect(status()).toEqual({ kind: 'ok', latencyMs: 12 });
  expect(asked()).toBe(1);
  later(1);
  expect(status()).toEqual({ kind: 'ok', latencyMs: 12 });
  await expect.poll(status).toEqual({ kind: 'away', detail: 'It does not answer.' });
  expect([asked(), onChange.mock.calls.length]).toEqual([2, 2]);
});

test('after the end nothing is asked', () => {
  const { status, stop, asked } = make([1]);
  stop.abort();
  status();
  expect(asked()).toBe(0);
});
