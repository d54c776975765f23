import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PushedEvent } from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import type { Journal } from '../journal/index.ts';
import { makeFakeUnity, type FakeUnity } from '../testing/fakeUnity.ts';
import { sessionId, silentLogger } from '../testing/testJournal.ts';
import { useJournal } from '../testing/useJournal.ts';
import { makeDispatcher } from './dispatcher.ts';
import type { Dispatcher } from './dispatcherTypes.ts';
import { makeRateLimit } from './rateLimit/rateLimit.ts';
import { makeRegistry, type FunctionRegistry } from './registry.ts';
import { isTerminal, type BoundFunction } from './types.ts';

/** How a call ends when something breaks while, or after, its end is kept. */
let journal: Journal;
let dispatcher: Dispatcher;
let pushed: PushedEvent[];
let breaksOn: (event: PushedEvent) => boolean;

function start(unity: FakeUnity, registry: FunctionRegistry = makeRegistry()): void {
  dispatcher = makeDispatcher({
    registry,
    journal,
    unity,
    settings: { sonnetMode: 'off' },
    rateLimit: makeRateLimit({ perMinute: 100, user: 'me' }),
    directWriter: { lastFailure: () => null, write: () => Promise.resolve(null) },
    push: (event) => {
      pushed.push(event);
      if (breaksOn(event)) throw new Error('the window is gone');
    },
    projectName: () => 'SparkSample',
    inform: () => Promise.resolve(),
    clock: Date.now,
    logger: silentLogger,
  });
}

useJournal((opened) => (journal = opened));
beforeEach(() => {
  pushed = [];
  breaksOn = () => false;
});
afterEach(async () => {
  await dispatcher.close();
});

const never = new AbortController().signal;
const write = {
  sessionId,
  callId: 'c1',
  name: 'generateUnityScript',
  argumentsJson: JSON.stringify({ prompt: 'a player', name: 'Player', contents: 'public class Player {}\n' }),
};
/** A person's own call needs no approval. */
const run = (): Promise<string> => dispatcher.dispatch(write, never, { origin: 'person' });
const stored = () => journal.calls.get(sessionId, 'c1');
const endsInOutbox = (): unknown[] =>
  journal.outbox
    .pending(100)
    .map((row) => JSON.parse(Buffer.from(row.bytes).toString('utf8')))
    .filter((event) => event.type === 'function_call' && isTerminal(event.state))
    .map((event) => event.state);
const changes = () => pushed.flatMap((event) => (event.name === 'change.changed' ? [event.payload.change] : []));

describe('a call whose end is kept', () => {
  it('ends once, with its stored result, when the window cannot be told', async () => {
    start(makeFakeUnity({ ledger: journal.ledger }));
    breaksOn = (event) => event.name === 'change.changed' || event.name === 'call.changed';
    const output = await run();
    expect(JSON.parse(output)).toMatchObject({ success: true, path: 'Assets/Scripts/Player.cs' });
    expect(stored()).toMatchObject({ output, view: { state: 'succeeded', error: null } });
    expect(endsInOutbox()).toEqual(['succeeded']);
  });

  it.each([
    ['its own announcement fails', { announce: true, listener: false }],
    ['somebody who follows the outbox fails', { announce: false, listener: true }],
  ])('ends once, with its stored result, when %s', async (_what, fails) => {
    const bound: BoundFunction = {
      name: write.name,
      effect: 'read',
      policy: 'automatic',
      timeLimitMs: 1_000,
      tool: { name: write.name, description: '', parameters: {} },
      bind: () => () => {
        if (fails.listener) {
          journal.outbox.onAppended(() => {
            throw new Error('not listening');
          });
        }
        return Promise.resolve({
          result: { success: true },
          summary: 'done',
          announce: () => {
            if (fails.announce) throw new Error('cannot say it');
          },
        });
      },
    };
    start(makeFakeUnity(), new Map([[write.name, bound]]));
    expect(await run()).toBe('{"success":true}');
    expect(stored()).toMatchObject({ output: '{"success":true}', view: { state: 'succeeded' } });
    expect(endsInOutbox()).toEqual(['succeeded']);
  });
});

describe('a change that was shown as compiling', () => {
  const writtenThenBroken = (): FakeUnity =>
    makeFakeUnity({
      ledger: journal.ledger,
      afterWrite: ({ sha256After }, { callId }) => {
        journal.ledger.settle(`${callId}-0`, 'applied', sha256After);
        return Promise.reject(new AppError('timeout', 'The compile took too long.'));
      },
    });

  it('is the change that the call ends with, when its compile could not be followed', async () => {
    start(writtenThenBroken());
    expect(JSON.parse(await run())).toMatchObject({ success: true });
    expect(changes().map(({ compileStatus }) => compileStatus)).toEqual(['compiling', 'unknown']);
    expect(new Set(changes().map(({ changeId }) => changeId)).size).toBe(1);
    expect(journal.changes.list(sessionId)).toHaveLength(1);
    expect(stored()?.view.changeId).toBe(changes()[0]?.changeId);
  });

  it('is the change that the call ends with after a restart', async () => {
    start(makeFakeUnity());
    const { view } = journal.calls.insert({ ...write, origin: 'model', effect: 'write' });
    const changeId = '01a20000-0000-7000-8000-0000000000c1';
    journal.calls.save({ ...view, state: 'unsettled', changeId });
    const entry = { writeId: 'w', sessionId, callId: 'c1', path: 'Assets/A.cs', sha256Before: null, before: null };
    journal.ledger.intend({ ...entry, sha256After: 'f'.repeat(64), after: 'x' });
    journal.ledger.settle('w', 'applied', 'f'.repeat(64));
    dispatcher.startSettling();
    expect(changes().map((change) => change.changeId)).toEqual([changeId]);
    expect(journal.changes.list(sessionId)).toMatchObject([{ changeId }]);
  });
});
