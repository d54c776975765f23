import { v7 as uuidv7 } from 'uuid';
import type { MessageView, SessionSnapshot } from '../../../../shared/contracts/index.ts';
import type { BridgeProcess } from './child.ts';
import { readJournalEvidence } from './evidence.ts';
import { judgeCalls, judgeConversation, judgeMessages, judgeReplay } from './judge.ts';
import { askText, pongText, type Ask } from './script.ts';
import { makeWitness } from './witness.ts';
import { openConversationWorld } from './world.ts';

/**
 * Conversations with text, calls side by side, writes and queued messages; the bridge is killed at a random moment and
 * started again on the same data folder. After each round the journal, the files and what the model was told must agree.
 */
export interface ConversationChaosReport {
  readonly ok: boolean;
  readonly rounds: number;
  readonly messages: number;
  readonly completed: number;
  readonly calls: number;
  readonly callsByState: Readonly<Record<string, number>>;
  /** Of answers that were being streamed; in milliseconds. */
  readonly longestLossMs: number;
  /** What was going on when SPARK was killed. */
  readonly answersCutOff: number;
  readonly callsCutOff: number;
  readonly wrong: readonly string[];
  readonly ms: number;
}

const roundsPerSession = 5;
const longestLifeMs = 2_500;
const patienceMs = 60_000;

export async function runConversationChaos(options: {
  readonly rounds: number;
  readonly seed: number;
  readonly onProgress?: (round: number, wrong: readonly string[]) => void;
}): Promise<ConversationChaosReport> {
  const started = performance.now();
  const random = makeRandom(options.seed);
  const world = await openConversationWorld();
  const witness = makeWitness();
  const wrong: string[] = [];
  const cutOff = { answers: new Set<string>(), calls: new Set<string>() };
  let longestLossMs = 0;
  let bridge = await world.startBridge();
  let sessionId = '';
  const sessions: string[] = [];
  let logRead = 0;

  async function ask(kind: Ask, token: string, whileBusy: 'queue' | 'interrupt'): Promise<void> {
    const text = askText(kind, token);
    await bridge.request('chat.send', { sessionId, messageId: uuidv7(), text, whileBusy }).catch(() => undefined);
  }

  async function play(round: number): Promise<void> {
    const token = `r${round}`;
    void ask(random() < 0.7 ? 'work' : 'talk', `${token}a`, 'queue');
    await wait(random() * longestLifeMs * 0.3);
    void ask(random() < 0.5 ? 'work' : 'talk', `${token}b`, 'queue');
    await wait(random() * longestLifeMs * 0.2);
    void ask(random() < 0.5 ? 'work' : 'talk', `${token}c`, random() < 0.3 ? 'interrupt' : 'queue');
    await wait(random() * longestLifeMs * 0.5);
  }

  async function check(round: number): Promise<string[]> {
    const snapshots = await Promise.all(sessions.map((id) => bridge.request('session.open', { sessionId: id })));
    const kept = snapshots.flatMap(({ messages }) => messages);
    const messages = judgeMessages(witness, kept);
    longestLossMs = Math.max(longestLossMs, messages.lostMs);
    for (const { role, status, messageId } of kept) {
      if (role === 'assistant' && status === 'failed') cutOff.answers.add(messageId);
    }
    const own = snapshots.at(-1)?.messages ?? [];
    witness.newLife();
    witness.watch(bridge);
    for (const one of readJournalEvidence(world.journalFile).calls) if (one.cutOff) cutOff.calls.add(one.callId);
    await whenSettled(bridge, sessionId);
    const evidence = readJournalEvidence(world.journalFile);
    const failed = own.find(({ role, status }) => role === 'user' && status === 'failed');
    const lateWrong = await goOn(`r${round}z`, failed);
    const log = world.modelLog.slice(logRead);
    logRead = world.modelLog.length;
    const answered = evidence.calls.filter((one) => one.sessionId === sessionId).map(({ callId }) => callId);
    return [
      ...messages.wrong,
      ...judgeCalls(evidence, world),
      ...judgeConversation(log),
      ...lateWrong,
      ...judgeReplay(log, askText('ping', `r${round}z`), answered),
      ...(evidence.integrity === 'ok' ? [] : [`the journal is damaged: ${evidence.integrity}`]),
      ...evidence.brokenSequences.map((id) => `the events of session ${id} have gaps`),
    ];
  }

  /** A message that could not be sent is sent again, another one follows: both are answered. */
  async function goOn(token: string, failed: MessageView | undefined): Promise<string[]> {
    if (failed !== undefined) {
      const { messageId, text } = failed;
      await bridge.request('chat.send', { sessionId, messageId, text, whileBusy: 'queue' });
    }
    await ask('ping', token, 'queue');
    const isOver = ({ messages, turn }: SessionSnapshot): boolean =>
      turn.kind === 'stopped' || messages.some(({ text, status }) => text === pongText(token) && status === 'complete');
    const after = await until(bridge, sessionId, isOver);
    if (after === null || after.turn.kind === 'stopped') return [`the session was not usable after ${token}`];
    const again = after.messages.find(({ messageId }) => messageId === failed?.messageId);
    return again === undefined || again.status === 'complete' ? [] : [`${again.text} could not be sent again`];
  }

  try {
    witness.watch(bridge);
    await allowWrites(bridge);
    for (let round = 0; round < options.rounds; round += 1) {
      if (round % roundsPerSession === 0) {
        ({ sessionId } = (await bridge.request('session.create', { title: `Round ${round}` })).session);
        sessions.push(sessionId);
      }
      await play(round);
      await bridge.kill();
      bridge = await world.startBridge();
      const found = (await check(round)).map((what) => `round ${round}: ${what}`);
      wrong.push(...found);
      options.onProgress?.(round + 1, found);
    }
    const states = readJournalEvidence(world.journalFile).calls.map(({ state }) => state);
    return {
      ok: wrong.length === 0,
      rounds: options.rounds,
      messages: witness.shown.size,
      completed: witness.complete.size,
      calls: states.length,
      callsByState: Object.fromEntries(
        [...new Set(states)].map((state) => [state, states.filter((one) => one === state).length]),
      ),
      answersCutOff: cutOff.answers.size,
      callsCutOff: cutOff.calls.size,
      longestLossMs: Math.round(longestLossMs),
      wrong,
      ms: Math.round(performance.now() - started),
    };
  } finally {
    await bridge.kill();
    await world.close();
  }
}

async function allowWrites(bridge: BridgeProcess): Promise<void> {
  const { sessionId } = (await bridge.request('session.create', {})).session;
  await until(bridge, sessionId, ({ session }) => session.projectName !== null);
  await bridge.request('policy.remember', { effect: 'write', folder: 'Assets/Scripts' });
}

async function whenSettled(bridge: BridgeProcess, sessionId: string): Promise<void> {
  await until(bridge, sessionId, ({ calls }) => calls.every(({ state }) => state !== 'unsettled'));
}

/** Null when it does not come to that. */
async function until(
  bridge: BridgeProcess,
  sessionId: string,
  test: (snapshot: SessionSnapshot) => boolean,
): Promise<SessionSnapshot | null> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const snapshot = await bridge.request('session.open', { sessionId });
    if (test(snapshot)) return snapshot;
    if (performance.now() > deadline) return null;
    await wait(25);
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** mulberry32: small, seeded, the same everywhere. */
function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
