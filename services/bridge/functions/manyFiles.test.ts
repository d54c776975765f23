import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PushedEvent } from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import { sha256Of, type Journal } from '../journal/index.ts';
import { makeFakeUnity, type FakeUnity } from '../testing/fakeUnity.ts';
import { sessionId, silentLogger } from '../testing/testJournal.ts';
import { useJournal } from '../testing/useJournal.ts';
import { makeDispatcher } from './dispatcher.ts';
import type { Dispatcher } from './dispatcherTypes.ts';
import { makeRateLimit } from './rateLimit/rateLimit.ts';
import { makeRegistry } from './registry.ts';

let journal: Journal;
let dispatcher: Dispatcher;
let pushed: PushedEvent[];

function start(unity: FakeUnity): void {
  dispatcher = makeDispatcher({
    registry: makeRegistry(),
    journal,
    unity,
    settings: { sonnetMode: 'hybrid' },
    rateLimit: makeRateLimit({ perMinute: 100, user: 'me' }),
    directWriter: { lastFailure: () => null, write: async () => null },
    push: (event) => pushed.push(event),
    projectName: () => 'SparkSample',
    inform: async () => undefined,
    clock: Date.now,
    logger: silentLogger,
  });
}
useJournal((opened) => (journal = opened));
beforeEach(() => {
  pushed = [];
});
afterEach(async () => {
  await dispatcher.close();
});

const pathOf = (name: string): string => `Assets/Scripts/${name}.cs`;
const edits = [{ search: 'old', replace: 'new' }];
const call = {
  sessionId,
  callId: 'c1',
  name: 'applyUnityPatch',
  argumentsJson: JSON.stringify({ files: ['A', 'B'].map((name) => ({ path: pathOf(name), edits })), reason: 'rename' }),
};
const viewOf = () => journal.calls.get(sessionId, 'c1')?.view;

async function run(
  unity: FakeUnity,
  editedFiles: { path: string; contents: string }[] = [],
): Promise<Record<string, unknown>> {
  for (const name of ['A', 'B']) unity.files.set(pathOf(name), `${name} old`);
  start(unity);
  const output = dispatcher.dispatch(call, new AbortController().signal);
  await expect.poll(() => viewOf()?.state).toBe('awaiting_approval');
  expect(viewOf()?.approval).toMatchObject({
    kind: 'write_many',
    files: [
      { path: pathOf('A'), before: 'A old', after: 'A new', addedLines: 1, removedLines: 1 },
      { path: pathOf('B'), after: 'B new' },
    ],
  });
  dispatcher.decide(sessionId, 'c1', { kind: 'approve', remember: false, editedFiles });
  return JSON.parse(await output) as Record<string, unknown>;
}

describe('a patch of several files', () => {
  it('is approved once and kept as one change per file, each with its event', async () => {
    const output = await run(makeFakeUnity({ ledger: journal.ledger }));
    expect(output).toMatchObject({
      success: true,
      editsApplied: 2,
      files: [{ path: pathOf('A') }, { path: pathOf('B') }],
    });
    expect(viewOf()).toMatchObject({ state: 'succeeded', summary: expect.stringContaining('changed 2 files · +2 −2') });
    expect(journal.changes.list(sessionId).map(({ path, callId }) => [path, callId])).toEqual([
      [pathOf('A'), 'c1'],
      [pathOf('B'), 'c1'],
    ]);
    expect(pushed.filter(({ name }) => name === 'change.changed')).toHaveLength(2);
  });

  it('is written as the developer edited it, file by file', async () => {
    const unity = makeFakeUnity({ ledger: journal.ledger });
    const output = await run(unity, [{ path: pathOf('B'), contents: 'B mine' }]);
    expect(output).toMatchObject({ success: true });
    expect([unity.files.get(pathOf('A')), unity.files.get(pathOf('B'))]).toEqual(['A new', 'B mine']);
  });

  it('that was edited until nothing would change is written by nobody, and the model hears it', async () => {
    const unity = makeFakeUnity({ ledger: journal.ledger });
    const edited = ['A', 'B'].map((name) => ({ path: pathOf(name), contents: `${name} old` }));
    expect(await run(unity, edited)).toMatchObject({ success: false, error: { code: 'denied' } });
    expect(unity.writes).toEqual([]);
  });

  it('that could not be put back fails, and what stands of it is a change that can be undone', async () => {
    const unity: FakeUnity = {
      ...makeFakeUnity({ ledger: journal.ledger }),
      unityApplyPatches: async (plans) => ({
        kind: 'partial',
        written: plans.slice(0, 1),
        error: new AppError('unity_failed', 'Only a part of this change is done.'),
      }),
    };
    expect(await run(unity)).toMatchObject({ success: false, error: { code: 'unity_failed' } });
    expect(viewOf()).toMatchObject({ state: 'failed', summary: `written only in part · ${pathOf('A')}` });
    expect(journal.changes.list(sessionId).map(({ path }) => path)).toEqual([pathOf('A')]);
  });

  it.each([
    { outcomes: ['applied', 'applied'], state: 'succeeded', kept: ['A', 'B'] },
    { outcomes: ['applied', 'not_applied'], state: 'failed', kept: ['A'] },
    { outcomes: ['not_applied'], state: 'failed', kept: [] },
  ] as const)(
    'whose end was not seen ends $state when the ledger says $outcomes',
    async ({ outcomes, state, kept }) => {
      const unity: FakeUnity = {
        ...makeFakeUnity(),
        unityApplyPatches: async (plans, context) => {
          for (const [index, plan] of plans.entries()) {
            if (index >= outcomes.length) break;
            journal.ledger.intend({ ...plan, writeId: `w${index}`, sessionId, callId: context.callId });
          }
          throw new AppError('unity_unsettled', 'the connection was lost');
        },
      };
      expect(await run(unity)).toMatchObject({ error: { code: 'unity_unsettled' } });
      dispatcher.startSettling();
      for (const [index, outcome] of outcomes.entries()) journal.ledger.settle(`w${index}`, outcome, sha256Of(''));
      expect(viewOf()?.state).toBe(state);
      expect(journal.changes.list(sessionId).map(({ path }) => path)).toEqual(kept.map(pathOf));
    },
  );
});
