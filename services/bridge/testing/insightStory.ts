import { v7 as uuidv7 } from 'uuid';
import type { BuildView, CallView } from '../../../shared/contracts/index.ts';
import { keepUsage } from '../cost/keep.ts';
import { keepBuildEnd } from '../functions/buildFollower.ts';
import { callEvent, makeCallRun } from '../functions/callRun.ts';
import type { Journal } from '../journal/index.ts';

/** A clock that the story sets. */
export interface StoryClock {
  nowMs: number;
}

export const storySessions = [
  { sessionId: '01a20000-0000-7000-8000-00000000000a', projectName: 'Forest' },
  { sessionId: '01a20000-0000-7000-8000-00000000000b', projectName: 'Forest' },
  { sessionId: '01a20000-0000-7000-8000-00000000000c', projectName: 'Harbour' },
  { sessionId: '01a20000-0000-7000-8000-00000000000d', projectName: null },
] as const;

const functions = ['generateUnityScript', 'applyUnityPatch', 'renderUnityPreview', 'deconstructUnityAsset'] as const;
const ends = ['succeeded', 'succeeded', 'succeeded', 'failed', 'denied', 'cancelled'] as const;
const codes = ['unity_failed', 'compile_failed', 'timed_out'] as const;
const models = [
  ['openai', 'gpt-realtime-2.1'],
  ['anthropic', 'claude-sonnet-5-5'],
  ['openai', 'a-model-without-price'],
] as const;
const targets = ['linux64', 'webgl'] as const;
const prices = {
  'gpt-realtime-2.1': { textIn: 4, textCached: 0.4, textOut: 24 },
  'claude-sonnet-5-5': { textIn: 2, textCached: 0.1, textOut: 10 },
};

/**
 * Calls, responses and builds of `days` UTC days up to the clock, with the product's own writers: rows of the journal and
 * their events in its outbox. The same seed makes the same story; the first and last millisecond of days are among its
 * times.
 */
export function tellStory(journal: Journal, clock: StoryClock, days: number, seed = 1): void {
  const endMs = clock.nowMs;
  const random = randomOf(seed);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const now = (): string => new Date(clock.nowMs).toISOString();
  clock.nowMs = endMs - days * dayMs;
  for (const { sessionId, projectName } of storySessions) {
    journal.transact(() => {
      journal.sessions.insert({ sessionId, title: 'Story', titleIsDefault: false, projectName, simulated: false });
      const named = projectName === null ? {} : { projectName };
      journal.outbox.append(sessionId, { type: 'session', action: 'started', title: 'Story', ...named });
    });
  }

  function call(sessionId: string, callId: string): void {
    const name = pick(functions);
    const record = journal.transact(() => {
      const kept = journal.calls.insert({
        sessionId,
        callId,
        origin: 'model',
        name,
        effect: 'write',
        argumentsJson: '{}',
      });
      journal.outbox.append(sessionId, callEvent(kept.view, '{}'));
      return kept;
    });
    const run = makeCallRun({ journal, record, push: () => undefined, now });
    if (random() < 0.1) return;
    if (random() < 0.3) usage(sessionId, callId);
    clock.nowMs += Math.floor(random() * random() * 90_000);
    const state: CallView['state'] = pick(ends);
    const error = state === 'succeeded' ? null : { code: pick(codes), message: 'It did not work.' };
    run.transition({ state, patch: { error, summary: 'done' } });
  }

  function usage(sessionId: string, callId: string | null): void {
    const [provider, model] = pick(models);
    const inputTokens = Math.floor(random() * 9_000);
    const reported = {
      responseId: uuidv7({ msecs: clock.nowMs }),
      model,
      inputTokens,
      cachedTokens: Math.floor(inputTokens / 3),
      cachedTextTokens: Math.floor(inputTokens / 3),
      cachedAudioTokens: 0,
      cachedImageTokens: 0,
      outputTokens: 400,
      inputTextTokens: inputTokens,
      inputAudioTokens: 0,
      inputImageTokens: 0,
      outputTextTokens: 400,
      outputAudioTokens: 0,
    };
    keepUsage(journal, sessionId, reported, { provider, callId }, prices);
  }

  function build(sessionId: string): void {
    const started: BuildView = {
      buildId: uuidv7({ msecs: clock.nowMs }),
      sessionId,
      callId: null,
      target: pick(targets),
      development: false,
      outputPath: null,
      state: 'building',
      phase: 'building',
      startedAt: now(),
      elapsedMs: 0,
      estimateMs: null,
      completedAt: null,
      sizeBytes: null,
      previousSizeBytes: null,
      warnings: 0,
      errors: 0,
      reason: null,
    };
    const { buildId, target } = started;
    journal.transact(() => {
      journal.builds.insert(started, 'Forest');
      journal.outbox.append(sessionId, { type: 'build.unity.started', buildId, target, development: false });
    });
    const elapsedMs = random() * 400_000;
    clock.nowMs += Math.floor(elapsedMs);
    const state = pick(['succeeded', 'succeeded', 'failed', 'cancelled'] as const);
    const sizeBytes = state === 'succeeded' ? Math.floor(random() * 9e7) : null;
    const ended = { ...started, state, elapsedMs, sizeBytes, completedAt: now(), reason: 'It ended.' };
    journal.transact(() => keepBuildEnd(journal, ended));
  }

  for (let day = days - 1; day >= 0; day -= 1) {
    const midnightMs = Math.floor((endMs - day * dayMs) / dayMs) * dayMs;
    // Some days are quiet.
    if (day > 0 && random() < 0.3) continue;
    const times = [0, dayMs - 1, ...Array.from({ length: 4 }, () => Math.floor(random() * dayMs))];
    for (const [index, offset] of times.entries()) {
      if (midnightMs + offset > endMs) continue;
      const { sessionId } = pick(storySessions);
      clock.nowMs = midnightMs + offset;
      usage(sessionId, null);
      clock.nowMs = midnightMs + offset;
      call(sessionId, `call_${day}_${index}`);
      clock.nowMs = midnightMs + offset;
      if (random() < 0.3) build(sessionId);
    }
  }
  clock.nowMs = endMs;
}

const dayMs = 86_400_000;

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
