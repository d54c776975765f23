import { PNG } from 'pngjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { conversationSettingsSchema } from '../../shared/contracts/index.ts';
import { makeEngineHost } from './engineHost.ts';
import { abortGraceMs } from './functions/abortGrace.ts';
import { makeDispatcher, makeRateLimit, makeRegistry, type Dispatcher } from './functions/index.ts';
import type { Journal } from './journal/index.ts';
import { defaultLimits } from './realtime/engine.ts';
import { makeNoticeId } from './realtime/index.ts';
import type { EngineHost, HistoryItem } from './realtime/types.ts';
import { makeSessionViews } from './sessionViews.ts';
import { makeFakeUnity } from './testing/fakeUnity.ts';
import { addSession, makeTestFolder, openTestJournal, sessionId, silentLogger } from './testing/testJournal.ts';

let folder: ReturnType<typeof makeTestFolder>;
let journal: Journal;
let dispatcher: Dispatcher;
let pushedStates: string[];

/** A run of the program up to where a connection asks for the history. */
function start(): void {
  journal = openTestJournal(folder.dir);
  dispatcher = makeDispatcher({
    registry: makeRegistry(),
    journal,
    unity: makeFakeUnity({ ledger: journal.ledger }),
    settings: { sonnetMode: 'off' },
    rateLimit: makeRateLimit({ perMinute: 100, user: 'me' }),
    directWriter: { lastFailure: () => null, write: () => Promise.resolve(null) },
    push: (event) => {
      if (event.name === 'call.changed') pushedStates.push(`${event.payload.call.callId} ${event.payload.call.state}`);
    },
    projectName: () => '',
    inform: () => Promise.resolve(),
    clock: Date.now,
    logger: silentLogger,
  });
  dispatcher.startSettling();
}
async function stop(): Promise<void> {
  await dispatcher.close();
  journal.close();
}
const host = (): EngineHost =>
  makeEngineHost({
    journal,
    registry: makeRegistry(),
    dispatcher: () => dispatcher,
    views: makeSessionViews({ journal, push: () => undefined }),
    push: () => undefined,
    editor: () => null,
    settings: () => conversationSettingsSchema.parse({}),
    cost: { keep: () => undefined, mayContinue: () => ({ kind: 'go' }) },
    onStatus: () => undefined,
    logger: silentLogger,
  });
const outboxStates = (): string[] =>
  journal.outbox.pending(100).flatMap(({ bytes }) => {
    const { type, callId, state }: Record<string, unknown> = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return type === 'function_call' ? [`${String(callId)} ${String(state)}`] : [];
  });
const history = (): readonly HistoryItem[] => host().history(sessionId);

beforeEach(() => {
  pushedStates = [];
  folder = makeTestFolder();
  start();
  addSession(journal);
});
it("gives a session the newest rules of its own project, and none of another's", async () => {
  const project = { name: 'SparkSample', hash: 'aaa' };
  journal.sessions.setProject(sessionId, project);
  journal.projectRules.add(project, 'Old rule.');
  journal.projectRules.add(project, 'Namespaces begin with Studio.');
  journal.projectRules.add({ name: 'SparkSample', hash: 'bbb' }, 'Rule of somebody else.');
  const instructions = await host().instructions(sessionId);
  expect(instructions).toContain('those above hold.\nNamespaces begin with Studio.');
  expect(instructions).not.toMatch(/Old rule|somebody else/);
});

afterEach(async () => {
  await stop();
  folder.remove();
});

it('tells the model how a write was settled, over any number of restarts', async () => {
  const call = { callId: 'c1', name: 'generateUnityScript', argumentsJson: '{}' };
  journal.calls.insert({ ...call, sessionId, origin: 'model', effect: 'write' });
  const entry = { writeId: 'w', sessionId, callId: 'c1', path: 'Assets/A.cs', sha256Before: null, before: null };
  journal.ledger.intend({ ...entry, sha256After: 'f'.repeat(64), after: 'x' });
  // The first restart finds the write open, and settles it.
  await stop();
  start();
  expect(history()).toMatchObject([{ kind: 'call', output: expect.stringContaining('unity_unsettled') }]);
  journal.ledger.settle('w', 'applied', 'f'.repeat(64));
  await stop();
  start();
  expect(history()).toMatchObject([
    { kind: 'call', callId: 'c1' },
    { kind: 'fact', text: expect.stringMatching(/c1.*Assets\/A\.cs was written after all/) },
  ]);
});

it('tells the engine how a call ended: by its arguments, by its work, or as asked', async () => {
  const { signal } = new AbortController();
  const answer = (callId: string, name: string, argumentsJson: string) =>
    host().onFunctionCall({ sessionId, callId, name, argumentsJson }, signal);
  expect(await answer('a', 'readUnityScript', 'not json')).toMatchObject({ failure: 'arguments' });
  expect(await answer('b', 'readUnityScript', '{"path": 7}')).toMatchObject({ failure: 'arguments' });
  expect(await answer('c', 'fly', '{}')).toMatchObject({
    failure: 'arguments',
    output: expect.stringContaining('fly'),
  });
  expect(await answer('d', 'readUnityScript', '{"path":"Assets/None.cs"}')).toMatchObject({ failure: 'failed' });
  expect(await answer('e', 'getUnityEditorState', '{}')).toMatchObject({ failure: null });
});

it('gives the model a preview as a picture of at most 1024 pixels, at once and in every replay', async () => {
  const call = { sessionId, callId: 'p', name: 'renderUnityPreview', argumentsJson: '{}' };
  const answer = await host().onFunctionCall(call, new AbortController().signal);
  const [image] = answer.images ?? [];
  expect(image).toMatchObject({ mimeType: 'image/png' });
  const { width, height } = PNG.sync.read(Buffer.from(image?.bytes ?? []));
  expect(Math.max(width, height)).toBeLessThanOrEqual(1_024);
  expect(answer.output).not.toMatch(/base64|iVBOR/);
  const [entry] = history();
  const replayed = entry?.kind === 'call' ? entry.images?.[0] : undefined;
  expect(await (typeof replayed === 'function' ? replayed() : undefined)).toEqual(image);
});

it('keeps a call that was not run with the answer it was given, once, and tells it to every later connection', async () => {
  const call = { sessionId, callId: 'n', name: 'deleteUnityAsset', argumentsJson: '{"path":"Assets/A' };
  const error = { code: 'cancelled', message: 'The developer stopped this before it was done.' };
  const answer = await host().onCallNotRun({ ...call, error });
  expect(answer.failure).toBe('cancelled');
  expect(JSON.parse(answer.output)).toEqual({ success: false, error });
  expect(await host().onCallNotRun({ ...call, error: { code: 'rate_limited', message: 'Not run.' } })).toEqual(answer);
  expect(journal.calls.list(sessionId).map(({ view }) => view)).toMatchObject([
    { callId: 'n', effect: 'write', state: 'cancelled', error, finishedAt: expect.any(String) },
  ]);
  expect(pushedStates).toEqual(['n received', 'n cancelled']);
  expect(outboxStates()).toEqual(['n received', 'n cancelled']);
  expect(history()).toMatchObject([{ kind: 'call', callId: 'n', output: answer.output }]);

  const cut = { code: 'realtime_rejected', message: 'Your answer was cut short, so this call was not run.' };
  expect(await host().onCallNotRun({ ...call, callId: 'm', error: cut })).toMatchObject({ failure: 'failed' });
  expect(journal.calls.get(sessionId, 'm')?.view).toMatchObject({ state: 'failed', error: cut });
});

it('never tells the model what SPARK said about a stopped turn as its own words', () => {
  const engine = host();
  const say = (messageId: string, text: string): void => {
    engine.onAssistantStarted({ sessionId, messageId });
    engine.onAssistantDone({
      sessionId,
      messageId,
      text,
      status: 'failed',
      error: { code: 'internal', message: text },
    });
  };
  say('msg_1', 'Half an answer');
  say(makeNoticeId(), 'The account has no money left.');
  expect(history()).toMatchObject([{ kind: 'message', text: 'Half an answer' }]);
  // The window shows it as before.
  expect(journal.messages.list(sessionId)).toMatchObject([
    { role: 'assistant', text: 'Half an answer' },
    { role: 'assistant', text: 'The account has no money left.', status: 'failed' },
  ]);
});

it('waits for what a stopped function says of itself a second longer than the function may take', () => {
  expect(defaultLimits.cancelGraceMs).toBeGreaterThanOrEqual(abortGraceMs + 1_000);
});

it('keeps a summary for the session it was made of', () => {
  host().keepSummary({ sessionId, upToPosition: 4, text: 'in short' });
  expect(host().summary(sessionId)).toEqual({ upToPosition: 4, text: 'in short' });
});
