import { expect, test } from 'vitest';
import type { Alert } from '../../../../shared/contracts/index.ts';
import { DependencyError } from '../../../../shared/errors/index.ts';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import type { NatsLink } from '../../../../shared/node/messaging/index.ts';
import { readRules } from '../rules/readRules.ts';
import { openAfter, pastOf, readMemory } from './memory.ts';

const nowMs = Date.UTC(2026, 10, 23, 15, 30);
const pastOfRules = (rules: string) => pastOf(readRules(`version: 1\nrules:\n${rules}`, 'test'), nowMs);
const common = 'severity: info, summary: s';

test('events are read back as far as the rules look, and not at all for what none looks at', () => {
  const moving = 'per: all, window: 5m, minCalls: 1, factor: 1';
  expect(
    pastOfRules(`  - { id: a, kind: error_rate, ${common}, ${moving}, baseline: 1h, minShare: 0.5 }
  - { id: b, kind: latency, ${common}, ${moving}, baseline: 3h, minMs: 5 }
  - { id: c, kind: budget, ${common}, per: all, usdPerDay: 1 }`),
  ).toEqual([
    { subject: 'spark.function_call.*', since: new Date('2026-11-23T12:25:00.000Z') },
    { subject: 'spark.usage.*', since: new Date('2026-11-23T00:00:00.000Z') },
  ]);
  expect(pastOfRules(`  - { id: a, kind: builds_failed, ${common}, per: all, inARow: 2 }`)).toEqual([
    {
      subject: 'spark.build.unity.>',
      since: new Date('2026-11-16T15:30:00.000Z'),
    },
  ]);
  expect(pastOfRules(`  - { id: a, kind: dead_letters, ${common}, window: 1m, minGrowth: 1 }`)).toEqual([]);
});

const alert = (alertId: string, over: Partial<Alert> = {}): Alert => ({
  alertId: `0199f0a0-0000-7000-8000-00000000000${alertId}`,
  source: 'storm',
  ruleId: 'r',
  kind: 'budget',
  severity: 'info',
  group: 'g',
  state: 'raised',
  summary: 's',
  value: 1,
  threshold: 1,
  baseline: null,
  raisedAt: '2026-11-23T12:00:00.000Z',
  clearedAt: null,
  ...over,
});
const cleared = (raised: Alert): Alert => ({ ...raised, state: 'cleared', clearedAt: '2026-11-23T12:01:00.000Z' });
const told = (...alerts: unknown[]) => alerts.map((each) => ({ data: Buffer.from(JSON.stringify(each)) }));

test('an alert is open from its raise to its own end; what is no alert is passed over', () => {
  const [first, second, other] = [alert('1'), alert('2'), alert('3', { group: 'h' })] as const;
  expect(openAfter(told(first, other, cleared(first)))).toEqual([other]);
  expect(openAfter(told(first, second, cleared(first)))).toEqual([second]);
  expect(openAfter([...told(first, { ruleId: 'r' }), { data: Buffer.from('no JSON') }])).toEqual([first]);
});

const refused = new DependencyError('nats_rejected', 'NATS refused: no right.', { retryable: false });
const away = new DependencyError('nats_unavailable', 'NATS is not available.', { retryable: true });

/** What is read of a server on which each use ends as `answer` says, and what the bolt was given. */
function recall(answer: () => Promise<never>, ready: NatsLink['ready'] = () => Promise.resolve()) {
  let uses = 0;
  const link: NatsLink = {
    inboxPrefix: '_INBOX.test',
    status: () => ({ kind: 'connecting', detail: 'test' }),
    onStatus: () => () => undefined,
    ready,
    use: () => {
      uses += 1;
      return answer();
    },
    wake: () => undefined,
    close: () => Promise.resolve(),
  };
  const done = readMemory({
    link,
    rules: [],
    memory: { remember: () => undefined, restore: () => undefined },
    logger: makeLogger({ name: 'test', level: 'silent' }),
    nowMs,
    signal: new AbortController().signal,
    limitMs: 40,
  });
  return { done, uses: () => uses };
}

test('a bolt does not begin as if no alert were open when NATS is not there, or answers nothing', async () => {
  const unasked = recall(
    () => Promise.reject(refused),
    (signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
      }),
  );
  await expect(unasked.done).rejects.toMatchObject({
    code: 'nats_unavailable',
    message: expect.stringContaining('which alerts are open'),
  });
  expect(unasked.uses()).toBe(0);
  await expect(recall(() => Promise.reject(away)).done).rejects.toMatchObject({ code: 'nats_unavailable' });
});

test('a bolt that has no right to read begins without what it may not know', async () => {
  const { done, uses } = recall(() => Promise.reject(refused));
  await done;
  // The one did not keep it from asking for the other.
  expect(uses()).toBe(2);
});
