import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallView, PushedEvent } from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import type { Journal } from '../journal/index.ts';
import { makeFakeUnity, type FakeUnity } from '../testing/fakeUnity.ts';
import { sessionId, silentLogger } from '../testing/testJournal.ts';
import { useJournal } from '../testing/useJournal.ts';
import type { BuildStatus } from '../unity/types.ts';
import { makeDispatcher } from './dispatcher.ts';
import type { Dispatcher } from './dispatcherTypes.ts';
import { makeRateLimit } from './rateLimit/rateLimit.ts';
import { makeRegistry } from './registry.ts';

let journal: Journal;
let dispatcher: Dispatcher;
let pushed: PushedEvent[];
let informed: string[];
let written: string[];

function start(unity: FakeUnity | null, perMinute = 100): void {
  dispatcher = makeDispatcher({
    registry: makeRegistry(),
    journal,
    unity,
    settings: { sonnetMode: 'hybrid' },
    rateLimit: makeRateLimit({ perMinute, user: 'me' }),
    directWriter: {
      lastFailure: () => null,
      write: async (events) => {
        written.push(...events.map((event) => event.type));
        return 1;
      },
    },
    push: (event) => pushed.push(event),
    projectName: () => 'SparkSample',
    inform: async (_session, text) => {
      informed.push(text);
    },
    clock: Date.now,
    logger: silentLogger,
  });
}

const { reopen } = useJournal((opened) => (journal = opened));
beforeEach(() => {
  pushed = [];
  informed = [];
  written = [];
});
afterEach(async () => {
  await dispatcher.close();
});

const never = new AbortController().signal;
const contents = 'public class Player {}\n';
const generate = (args: Record<string, unknown> = {}, callId = 'c1') => ({
  sessionId,
  callId,
  name: 'generateUnityScript',
  argumentsJson: JSON.stringify({ prompt: 'a player', name: 'Player', contents, ...args }),
});
const states = (callId = 'c1'): CallView['state'][] => {
  const all = pushed.flatMap((event) =>
    event.name === 'call.changed' && event.payload.call.callId === callId ? [event.payload.call.state] : [],
  );
  return all.filter((state, index) => state !== all[index - 1]);
};
const viewOf = (callId = 'c1'): CallView | undefined => journal.calls.get(sessionId, callId)?.view;
const eventsOf = (): { type: string; state?: string; contents?: string }[] =>
  journal.outbox.pending(100).map((row) => JSON.parse(Buffer.from(row.bytes).toString('utf8')));
const whenWaiting = (callId = 'c1'): Promise<void> =>
  expect.poll(() => viewOf(callId)?.state).toBe('awaiting_approval');
const approve = { kind: 'approve', remember: false } as const;

describe('a write', () => {
  it('waits for the developer, is written, and is kept with its call, change and events', async () => {
    const unity = makeFakeUnity({ ledger: journal.ledger });
    start(unity);
    const output = dispatcher.dispatch(generate(), never);
    await whenWaiting();
    expect(unity.writes).toEqual([]);
    expect(viewOf()?.approval).toMatchObject({
      kind: 'write',
      before: null,
      after: contents,
      addedLines: 1,
      rememberFolder: 'Assets/Scripts',
    });
    dispatcher.decide(sessionId, 'c1', approve);
    expect(JSON.parse(await output)).toMatchObject({ success: true, created: true, compile: { status: 'ok' } });
    expect(states()).toEqual(['received', 'awaiting_approval', 'running', 'succeeded']);
    expect(eventsOf().map((event) => event.state ?? event.type)).toEqual([
      'received',
      'awaiting_approval',
      'running',
      'runtime.unity.script_generated',
      'succeeded',
    ]);
    expect(written).toEqual(['runtime.unity.script_generated', 'function_call']);
    const change = journal.changes.latest(sessionId);
    expect(change).toMatchObject({ kind: 'created', path: 'Assets/Scripts/Player.cs', compileStatus: 'ok' });
    expect(journal.changes.content(change?.changeId ?? '')).toMatchObject({ before: null, after: contents });
    expect(viewOf()).toMatchObject({
      changeId: change?.changeId,
      summary: 'created Assets/Scripts/Player.cs · 1 line · compiled in 1.2 s',
    });
    expect(pushed.flatMap((e) => (e.name === 'change.changed' ? [e.payload.change.compileStatus] : []))).toEqual([
      'compiling',
      'ok',
    ]);
  });

  it('runs once for one call id, however often it is asked for', async () => {
    const unity = makeFakeUnity();
    start(unity);
    const both = [dispatcher.dispatch(generate(), never), dispatcher.dispatch(generate(), never)];
    await whenWaiting();
    dispatcher.decide(sessionId, 'c1', approve);
    const [first, second] = await Promise.all(both);
    expect(second).toBe(first);
    expect(await dispatcher.dispatch(generate({ name: 'Other' }), never)).toBe(first);
    expect(unity.writes).toHaveLength(1);
  });

  it('is not done when it is denied, and the model is told the reason', async () => {
    const unity = makeFakeUnity();
    start(unity);
    const output = dispatcher.dispatch(generate(), never);
    await whenWaiting();
    dispatcher.decide(sessionId, 'c1', { kind: 'deny', reason: 'use the new input system' });
    expect(await output).toContain('use the new input system');
    expect(states().at(-1)).toBe('denied');
    expect(unity.writes).toEqual([]);
    expect(() => {
      dispatcher.decide(sessionId, 'c1', approve);
    }).toThrow(expect.objectContaining({ code: 'already_decided' }));
  });

  it.each([
    ['writes what the developer made of it', 'a\nedited\n', 'a\nedited\n', { success: true }],
    [
      'is refused when it fails the rules of every plan after the developer edited it',
      ' \n',
      'a\nb\n',
      { success: false, error: { code: 'unity_rejected' } },
    ],
  ])('%s', async (_what, editedContents, written, outcome) => {
    const unity = makeFakeUnity();
    unity.files.set('Assets/Scripts/Player.cs', 'a\nb\n');
    start(unity);
    const output = dispatcher.dispatch(
      {
        ...generate(),
        name: 'applyUnityPatch',
        argumentsJson: JSON.stringify({ path: 'Assets/Scripts/Player.cs', edits: [{ search: 'b', replace: 'c' }] }),
      },
      never,
    );
    await whenWaiting();
    dispatcher.decide(sessionId, 'c1', { ...approve, editedContents });
    expect(JSON.parse(await output)).toMatchObject(outcome);
    expect(unity.files.get('Assets/Scripts/Player.cs')).toBe(written);
  });

  it('is refused when the file changed while an edited approval was written', async () => {
    const unity = makeFakeUnity();
    start(unity);
    const output = dispatcher.dispatch(generate(), never);
    await whenWaiting();
    unity.files.set('Assets/Scripts/Player.cs', 'somebody else');
    dispatcher.decide(sessionId, 'c1', { ...approve, editedContents: 'mine' });
    expect(JSON.parse(await output)).toMatchObject({ success: false, error: { code: 'stale_file' } });
    expect(unity.files.get('Assets/Scripts/Player.cs')).toBe('somebody else');
  });

  it('does not ask again under a folder that is allowed, but does beside it', async () => {
    start(makeFakeUnity());
    const first = dispatcher.dispatch(generate(), never);
    await whenWaiting();
    dispatcher.decide(sessionId, 'c1', { ...approve, remember: true });
    await first;
    await dispatcher.dispatch(generate({ name: 'Second' }, 'c2'), never);
    expect(states('c2')).toEqual(['received', 'running', 'succeeded']);
    expect([viewOf('c1')?.approval, viewOf('c2')?.approval]).toMatchObject([{ kind: 'write' }, { always: true }]);
    expect(viewOf('c1')?.approval).not.toHaveProperty('always');
    const beside = dispatcher.dispatch(generate({ path: 'Assets/Other/Third.cs' }, 'c3'), never);
    await whenWaiting('c3');
    dispatcher.cancel(sessionId, 'c3');
    await beside;
    expect(states('c3').at(-1)).toBe('cancelled');
  });

  it('says how many were approved there in a row, and begins again after a denial', async () => {
    start(makeFakeUnity());
    const counts: (number | undefined)[] = [];
    const deny = { kind: 'deny', reason: 'no' } as const;
    for (const [n, decision] of [approve, approve, deny, approve, approve].entries()) {
      const callId = `row${n}`;
      const output = dispatcher.dispatch(generate({ name: `Row${n}` }, callId), never);
      await whenWaiting(callId);
      const view = viewOf(callId)?.approval;
      counts.push(view?.kind === 'write' ? view.approvedInARow : undefined);
      dispatcher.decide(sessionId, callId, decision);
      await output;
    }
    expect(counts).toEqual([0, 1, 2, 0, 1]);
  });

  it('of the text that the file has already succeeds without a question, a write or a change', async () => {
    const unity = makeFakeUnity({ ledger: journal.ledger });
    unity.files.set('Assets/Scripts/Player.cs', contents);
    start(unity);
    expect(JSON.parse(await dispatcher.dispatch(generate(), never))).toMatchObject({ success: true, unchanged: true });
    expect(states()).toEqual(['received', 'succeeded']);
    expect(viewOf()).toMatchObject({ changeId: null, summary: expect.stringContaining('unchanged') });
    expect(unity.writes).toEqual([]);
    expect(journal.changes.latest(sessionId)).toBeNull();
    expect(eventsOf().map((event) => event.type)).toEqual(['function_call', 'function_call']);
  });

  it('that the developer edits back to what the file has changes nothing', async () => {
    const unity = makeFakeUnity();
    unity.files.set('Assets/Scripts/Player.cs', 'public class Before {}\n');
    start(unity);
    const output = dispatcher.dispatch(generate(), never);
    await whenWaiting();
    dispatcher.decide(sessionId, 'c1', { ...approve, editedContents: 'public class Before {}\n' });
    expect(JSON.parse(await output)).toMatchObject({ success: true, unchanged: true });
    expect(unity.writes).toEqual([]);
    expect(journal.changes.latest(sessionId)).toBeNull();
  });

  it('without contents asks the model for them', async () => {
    start(makeFakeUnity());
    const output = await dispatcher.dispatch(generate({ contents: undefined }), never);
    expect(JSON.parse(output)).toMatchObject({ success: false, error: { code: 'invalid_input' } });
    expect(output).toContain('`contents`');
  });

  it('whose outcome is unknown is unsettled, and ends when the ledger says what became of it', async () => {
    const unity = makeFakeUnity({
      ledger: journal.ledger,
      afterWrite: () => Promise.reject(new AppError('unity_unsettled', 'the connection was lost')),
    });
    start(unity);
    dispatcher.startSettling();
    const output = dispatcher.dispatch(generate(), never);
    await whenWaiting();
    dispatcher.decide(sessionId, 'c1', approve);
    expect(JSON.parse(await output)).toMatchObject({ success: false, error: { code: 'unity_unsettled' } });
    expect(viewOf()?.state).toBe('unsettled');
    const [entry] = journal.ledger.open();
    journal.ledger.settle(entry?.writeId ?? '', 'applied', entry?.sha256After ?? null);
    expect(viewOf()).toMatchObject({ state: 'succeeded', error: null });
    expect(journal.changes.latest(sessionId)).toMatchObject({ path: 'Assets/Scripts/Player.cs' });
    expect(informed).toEqual([expect.stringContaining('was written after all')]);
    expect(await dispatcher.dispatch(generate(), never)).toBe(await output);
  });

  it('that an earlier run left open and that was settled since ends at the start', () => {
    start(makeFakeUnity());
    journal.calls.insert({ ...generate(), origin: 'model', effect: 'write' });
    journal.ledger.intend({
      writeId: 'w',
      sessionId,
      callId: 'c1',
      path: 'Assets/Scripts/Player.cs',
      sha256Before: null,
      sha256After: 'f'.repeat(64),
      before: null,
      after: contents,
    });
    journal.ledger.settle('w', 'applied', 'f'.repeat(64));
    reopen();
    expect(viewOf()?.state).toBe('unsettled');
    start(makeFakeUnity());
    dispatcher.startSettling();
    expect(viewOf()?.state).toBe('succeeded');
    expect(journal.changes.latest(sessionId)?.callId).toBe('c1');
  });
});

describe('bad calls', () => {
  it.each([
    ['arguments that are not JSON', 'generateUnityScript', '{"prompt":'],
    ['arguments of the wrong shape', 'generateUnityScript', '{"name":"1x"}'],
    ['a function that does not exist', 'formatDisk', '{}'],
  ])('fail with issues for the model: %s', async (_what, name, argumentsJson) => {
    start(makeFakeUnity());
    const output: unknown = JSON.parse(
      await dispatcher.dispatch({ sessionId, callId: 'c1', name, argumentsJson }, never),
    );
    expect(output).toMatchObject({
      success: false,
      error: {
        code: 'invalid_input',
        data: { issues: expect.arrayContaining([{ path: expect.any(String), message: expect.any(String) }]) },
      },
    });
    expect(states()).toEqual(['received', 'failed']);
  });

  it('without Unity fail with what to do', async () => {
    start(null);
    expect(await dispatcher.dispatch(generate(), never)).toContain('UNITY_MCP_URL');
  });

  it('beyond the rate limit are refused', async () => {
    start(makeFakeUnity(), 1);
    const read = (callId: string) =>
      dispatcher.dispatch({ sessionId, callId, name: 'readUnityConsole', argumentsJson: '{}' }, never);
    expect(await read('a')).toContain('messages');
    expect(await read('b')).toContain('rate_limited');
  });
});

describe('stopping', () => {
  it('ends a call that waits for approval when the turn is aborted', async () => {
    start(makeFakeUnity());
    const turn = new AbortController();
    const output = dispatcher.dispatch(generate(), turn.signal);
    await whenWaiting();
    turn.abort();
    expect(JSON.parse(await output)).toMatchObject({ error: { code: 'cancelled' } });
    expect(states()).toEqual(['received', 'awaiting_approval', 'cancelled']);
  });
});

describe('a preview', () => {
  it('is measured: one colour is blank, the same bytes again are unchanged', async () => {
    start(makeFakeUnity());
    const preview = (callId: string) =>
      dispatcher.dispatch({ sessionId, callId, name: 'renderUnityPreview', argumentsJson: '{}' }, never);
    expect(JSON.parse(await preview('a'))).toMatchObject({ blank: true, unchanged: false, width: 4 });
    expect(JSON.parse(await preview('b'))).toMatchObject({ blank: true, unchanged: true });
    const rows = journal.outbox.pending(100).filter((row) => row.frameSha256 !== null);
    expect(rows).toHaveLength(2);
    expect(journal.frames.bytes(rows[0]?.frameSha256 ?? '')).not.toBeNull();
  });

  it('with more than one colour is not blank', async () => {
    start(
      makeFakeUnity({
        color: [
          [0, 0, 0],
          [255, 0, 0],
        ],
      }),
    );
    const output = await dispatcher.dispatch(
      { sessionId, callId: 'a', name: 'renderUnityPreview', argumentsJson: '{}' },
      never,
    );
    expect(JSON.parse(output)).toMatchObject({ blank: false });
  });
});

describe('the console since a call', () => {
  const mark = { instanceId: 'SparkSample@1', total: 7, print: 'p' };
  const line = (message: string) => ({ severity: 'log', message });
  const read = async (sinceCallId: string, callId: string): Promise<unknown> =>
    JSON.parse(
      await dispatcher.dispatch(
        { sessionId, callId, name: 'readUnityConsole', argumentsJson: JSON.stringify({ sinceCallId }) },
        never,
      ),
    );

  it('begins where the console stood before that call wrote anything', async () => {
    const unity = makeFakeUnity();
    const marks: number[] = [];
    start({
      ...unity,
      async markConsole() {
        await new Promise((resolve) => setImmediate(resolve));
        marks.push(unity.writes.length);
        return mark;
      },
      readConsole: async () => [line('old')],
      readConsoleSince: async (args) => (args.mark.print === mark.print ? [line('new')] : null),
    });
    await dispatcher.dispatch(generate(), never, { origin: 'person' });
    expect(marks).toEqual([0]);
    for (const since of ['c1', 'last'])
      expect(await read(since, `r-${since}`)).toEqual({ messages: [line('new')], sinceCallId: 'c1' });
  });

  it('is marked while the developer decides, and nothing is written before it is', async () => {
    const unity = makeFakeUnity();
    const marking = Promise.withResolvers<typeof mark>();
    start({ ...unity, markConsole: () => marking.promise });
    const output = dispatcher.dispatch(generate(), never);
    await whenWaiting();
    dispatcher.decide(sessionId, 'c1', approve);
    await new Promise((resolve) => setImmediate(resolve));
    expect(unity.writes).toEqual([]);
    expect(viewOf()?.state).toBe('awaiting_approval');
    marking.resolve(mark);
    await output;
    expect(unity.writes).toHaveLength(1);
  });

  it('says when the place is not known, or not there any more, and gives the newest of all', async () => {
    start({ ...makeFakeUnity(), readConsole: async () => [line('old')] });
    expect(await read('last', 'r0')).toMatchObject({ error: { code: 'not_found' } });
    await dispatcher.dispatch(generate(), never, { origin: 'person' });
    expect(await read('c1', 'r1')).toEqual({
      messages: [line('old')],
      note: expect.stringContaining('is not known'),
    });
    await dispatcher.close();
    start({ ...makeFakeUnity(), markConsole: async () => mark, readConsole: async () => [line('old')] });
    await dispatcher.dispatch(generate({ name: 'Foe' }, 'c2'), never, { origin: 'person' });
    expect(await read('c2', 'r2')).toEqual({ messages: [line('old')], note: expect.stringContaining('was cleared') });
    expect(await read('c9', 'r3')).toMatchObject({ error: { code: 'not_found' } });
  });
});

describe('a build', () => {
  const status = (patch: Partial<BuildStatus>): BuildStatus => ({
    jobId: 'j1',
    state: 'building',
    phase: 'compiling',
    elapsedMs: 10,
    outputPath: null,
    sizeBytes: null,
    warnings: 0,
    errors: 0,
    reason: null,
    ...patch,
  });
  const build = { sessionId, callId: 'b1', name: 'runUnityBuild', argumentsJson: '{"target":"linux64"}' };

  it('started by a person needs no second approval, tells its progress, and is remembered for the next estimate', async () => {
    start(
      makeFakeUnity({
        build: async (_args, context) => {
          context.onProgress(status({}));
          context.onProgress(status({ phase: 'packaging' }));
          return status({ state: 'succeeded', sizeBytes: 4_096, outputPath: 'Builds/Game', elapsedMs: 5_000 });
        },
      }),
    );
    const seen: string[] = [];
    await dispatcher.dispatch(build, never, { origin: 'person', onBuild: (id) => seen.push(id) });
    expect(states('b1')).toEqual(['received', 'running', 'succeeded']);
    expect(eventsOf().map((event) => event.type)).toEqual([
      'function_call',
      'function_call',
      'build.unity.started',
      'build.unity.progress',
      'build.unity.progress',
      'build.unity.completed',
      'function_call',
    ]);
    expect(journal.builds.get(seen[0] ?? '')).toMatchObject({ state: 'succeeded', sizeBytes: 4_096, estimateMs: null });
    expect(journal.builds.history('SparkSample', { target: 'linux64', development: false })).toEqual({
      medianMs: 5_000,
      lastSizeBytes: 4_096,
    });
    expect(journal.builds.history('SparkSample', { target: 'linux64', development: true })).toEqual({
      medianMs: null,
      lastSizeBytes: null,
    });
  });

  it.each([build, { sessionId, callId: 'b1', name: 'runUnityTests', argumentsJson: '{"mode":"EditMode"}' }])(
    'or a test run says in its approval what it will wait for: $name',
    async (call) => {
      const notice = 'Once approved this waits for Unity to leave play mode.';
      start({ ...makeFakeUnity(), approvalNotice: async () => notice });
      const output = dispatcher.dispatch(call, never);
      await whenWaiting('b1');
      expect(viewOf('b1')?.approval?.warnings).toEqual([notice]);
      dispatcher.decide(sessionId, 'b1', { kind: 'deny', reason: '' });
      await output;
    },
  );

  it('that Unity loses ends as failed, with its row and event', async () => {
    start(makeFakeUnity({ build: () => Promise.reject(new AppError('unity_unavailable', 'Unity was closed.')) }));
    const output = dispatcher.dispatch(build, never);
    await whenWaiting('b1');
    dispatcher.decide(sessionId, 'b1', approve);
    expect(JSON.parse(await output)).toMatchObject({ error: { code: 'unity_unavailable' } });
    expect(journal.builds.list(sessionId)).toMatchObject([{ state: 'failed', reason: 'Unity was closed.' }]);
    expect(eventsOf().map((event) => event.type)).toContain('build.unity.failed');
  });
});
