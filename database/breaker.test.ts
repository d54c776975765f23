import { expect, test } from 'vitest';
import { DependencyError } from '../shared/errors/index.ts';
import { makeBreaker } from './breaker.ts';

const away = new DependencyError('db_unavailable', 'away', { retryable: true, data: { server: 'primary' } });

/** A server that can be switched off, its breaker, and a clock. */
function rig() {
  let nowMs = 1_000;
  let tries = 0;
  let failure: unknown;
  const breaker = makeBreaker({ counts: (error) => error === away, now: () => nowMs, baseMs: 100, capMs: 400 });
  return {
    breaker,
    state: () => breaker.state(),
    call: () =>
      breaker
        .through(() => {
          tries += 1;
          return failure === undefined ? Promise.resolve('connected') : Promise.reject(failure);
        })
        .catch((error: unknown) => error),
    tries: () => tries,
    fail: (error: unknown) => (failure = error),
    wait: (ms: number) => (nowMs += ms),
  };
}

test('after a failure nobody else tries, and all are told the same reason', async () => {
  const { fail, call, tries, state } = rig();
  fail(away);
  expect(await call()).toBe(away);
  expect(await call()).toMatchObject({
    code: 'db_unavailable',
    message: 'away',
    retryable: true,
    data: { notTried: true },
  });
  expect(tries()).toBe(1);
  expect(state()).toEqual({ kind: 'open', sinceMs: 1_000, failures: 1, reason: 'away' });
});

test('when the rest is over one caller tries, the others are refused meanwhile', async () => {
  const { breaker, fail, call, wait } = rig();
  fail(away);
  await call();
  wait(100);
  const { promise, resolve } = Promise.withResolvers<string>();
  const probe = breaker.through(() => promise);
  expect(await call()).toMatchObject({ data: { notTried: true } });
  resolve('connected');
  expect(await probe).toBe('connected');
  expect(breaker.state()).toEqual({ kind: 'closed' });
});

test('each failed probe doubles the rest, up to its limit; the first success forgets it', async () => {
  const { fail, call, tries, wait, state } = rig();
  fail(away);
  await call();
  for (const restMs of [100, 200, 400, 400]) {
    wait(restMs - 1);
    await call();
    const before = tries();
    wait(1);
    await call();
    expect(tries()).toBe(before + 1);
  }
  expect(state()).toMatchObject({ kind: 'open', sinceMs: 1_000, failures: 5 });
  wait(400);
  fail(undefined);
  expect(await call()).toBe('connected');
  fail(away);
  await call();
  expect(state()).toMatchObject({ failures: 1 });
});

test('callers that fail together count once', async () => {
  const { fail, call, state } = rig();
  fail(away);
  await Promise.all([call(), call(), call()]);
  expect(state()).toMatchObject({ failures: 1 });
});

test('a failure that says nothing about the server leaves it closed', async () => {
  const { fail, call, tries, state } = rig();
  fail(new Error('too many of ours'));
  await call();
  await call();
  expect(tries()).toBe(2);
  expect(state()).toEqual({ kind: 'closed' });
});

test('a probe that fails for another reason lets the next caller try', async () => {
  const { fail, call, tries, wait } = rig();
  fail(away);
  await call();
  wait(100);
  fail(new Error('too many of ours'));
  await call();
  await call();
  expect(tries()).toBe(3);
});
