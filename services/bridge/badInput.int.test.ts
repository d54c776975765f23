import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SessionSnapshot } from '../../shared/contracts/index.ts';
import { burst, call, fault, outOfMoney, say, sayInPieces } from '../sandbox/realtime/index.ts';
import { openBadInputRig, type BadInputRig } from './testing/badInputRig.ts';

let rig: BadInputRig;
beforeEach(async () => {
  rig = await openBadInputRig();
});
afterEach(() => rig.close());

/** All that a person can read of a session: messages, and how calls ended. */
const readable = ({ messages, calls }: SessionSnapshot): string =>
  [...messages.map(({ text }) => text), ...calls.map(({ error }) => error?.message ?? '')].join('\n');
const isQuiet = ({ session, turn }: SessionSnapshot): boolean =>
  !session.busy && (turn.kind === 'idle' || turn.kind === 'stopped');

const fiveMegabytes = 'ä'.repeat(2_500_000);
const hostile = [
  'nul \u0000, bell \u0007, escape \u001b[31m, del \u007f, next line \u0085',
  'bidi \u202eevil\u202c \u2066isolated\u2069 \u200fmark, zero \u200b\u200d\ufeff width',
  'a family 👨‍👩‍👧‍👦, Z͑͗a̴l͛g̸o, ﷽, 𝔘𝔫𝔦, ظ, 中文, line\u2028and\u2029paragraph',
  '</script><img src=x onerror=1> {{x}} %s \\u0000 "; DROP TABLE messages; --',
].join('\n');

interface Fault {
  readonly name: string;
  readonly cause: () => Promise<void> | void;
  readonly said?: string;
  /** What the person reads. */
  readonly reads: RegExp | string;
  readonly heal?: () => Promise<void> | void;
}

const refused = (status: number, code: string, reads: RegExp): Omit<Fault, 'name'> => ({
  cause: () => rig.model.refuseUpgrades({ status, code, message: code }),
  reads,
  heal: () => rig.model.refuseUpgrades(null),
});

const faults: readonly Fault[] = [
  { name: 'a key that is refused', ...refused(401, 'invalid_api_key', /refused the key.*message is kept/) },
  {
    name: 'a model that is not there',
    ...refused(404, 'model_not_found', /does not know this model.*message is kept/),
  },
  { name: 'a service that is down', ...refused(503, 'unavailable', /cannot be reached.*message is kept/) },
  {
    name: 'a certificate that nobody trusts',
    cause: () => rig.reopen('untrusted'),
    reads: /identity of the Realtime service could not be checked/,
    heal: () => rig.reopen('plain'),
  },
  { name: 'no money', cause: () => rig.model.play([fault(outOfMoney)]), reads: /no money left\. Add credit/ },
  {
    name: 'arguments that are no JSON, again and again',
    cause: () => rig.model.play(...['{"name": ', 'no', '[]'].map((args) => [call('generateUnityScript', args)])),
    reads: /called generateUnityScript 3 times with arguments that it does not take/,
  },
  {
    name: 'arguments that do not fit, once',
    cause: () => rig.model.play([call('readUnityScript', { path: 7 })], [say('I mend that.')]),
    reads: 'I mend that.',
  },
  {
    name: 'a function that does not exist',
    cause: () => rig.model.play([call('launchRocket', {})], [say('There is no such thing.')]),
    reads: /There is no function "launchRocket"/,
  },
  {
    name: 'a call id that comes twice',
    cause: () =>
      rig.model.play(
        [call('readUnityConsole', {}, 'call_twin'), call('readUnityConsole', {}, 'call_twin')],
        [say('Read once.')],
      ),
    reads: 'Read once.',
  },
  { name: '10,000 pieces at once', cause: () => rig.model.play([burst(10_000)]), reads: 'a '.repeat(10_000) },
  {
    name: 'an answer of 5 MB',
    cause: () => rig.model.play([sayInPieces(fiveMegabytes, 262_144)]),
    reads: fiveMegabytes,
  },
  { name: 'a message of 5 MB', cause: () => undefined, said: fiveMegabytes, reads: /takes at most 400,000/ },
  {
    name: 'hostile Unicode both ways',
    cause: () => rig.model.play([say(hostile)]),
    said: hostile,
    reads: hostile,
  },
];

it.each(faults)('$name: the person is told, the next message is answered, the journal is whole', async (row) => {
  await row.cause();
  const said = row.said ?? 'Create a player controller';
  const sent = await rig.send(said);
  const snapshot = await rig.until(isQuiet);
  if (typeof row.reads === 'string') expect(readable(snapshot).includes(row.reads)).toBe(true);
  else expect(readable(snapshot)).toMatch(row.reads);
  expect(snapshot.messages.find(({ messageId }) => messageId === sent.messageId)?.text === said).toBe(true);

  await row.heal?.();
  expect(await rig.converse('I am still here.')).toBe('I am still here.');
  const { integrity, brokenSequences, calls } = rig.evidence();
  expect({ integrity, brokenSequences }).toEqual({ integrity: 'ok', brokenSequences: [] });
  expect(new Set(calls.map(({ callId }) => callId)).size).toBe(calls.length);
  expect(calls.every(({ output }) => output !== null)).toBe(true);
});

it('a rate limit is waited for with a countdown, and the answer comes by itself', async () => {
  rig.model.play([fault({ kind: 'rate_limited', retryAfterMs: 1_200 })], [say('Here it is.')]);
  const before = Date.now();
  await rig.send('hello');
  const { turn } = await rig.until((snapshot) => snapshot.turn.kind === 'waiting');
  expect(turn).toMatchObject({ kind: 'waiting', reason: expect.stringContaining('rate limit') });
  expect(Date.parse(turn.kind === 'waiting' ? turn.retryAt : '')).toBeGreaterThan(before + 1_000);
  await rig.until(({ messages }) =>
    messages.some(({ text, status }) => text === 'Here it is.' && status === 'complete'),
  );
  expect(rig.turns.map(({ kind }) => kind)).toContain('waiting');
  expect(await rig.converse('I am still here.')).toBe('I am still here.');
  expect(rig.evidence()).toMatchObject({ integrity: 'ok', brokenSequences: [] });
});
