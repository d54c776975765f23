import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { AnyEventBody, EventBody } from '../../../shared/contracts/index.ts';
import type { Random } from '../random.ts';

/** One thing that happens in a session of the app. */
export interface Happening {
  readonly sessionId: string;
  readonly body: AnyEventBody;
  /** The picture of a preview. */
  readonly frame?: Uint8Array;
}

/**
 * Right for every schema of the app, and refused by a constraint that `openWorld` adds: a dead letter that only
 * PostgreSQL can find. Rare.
 */
export const refusedWidth = 7_777;
/** Of previews, which are a twentieth of all. */
const poisonShare = 0.04;
const liveSessions = 5;
const lifeOfASession = 250;

type Call = Pick<EventBody<'function_call'>, 'callId' | 'name' | 'effect'> & { at: number };
type Build = { readonly buildId: string; readonly jobId: string; at: number };
interface LiveSession {
  readonly id: string;
  left: number;
  readonly calls: Call[];
  readonly builds: Build[];
}

/**
 * What several sessions do side by side, as the app tells it: requests whose calls go through their states, scripts and
 * their patches, previews, builds with progress, usage, telemetry, renamings, starts and ends. Rows of every typed table
 * are updated many times, and sessions cross the faults.
 */
export function makeActivity(
  random: Random,
  options: { readonly poisonShare?: number } = {},
): { readonly next: () => Happening } {
  const live: LiveSession[] = [];
  const id = (): string => uuidv7();
  const hex = (text: string): string => createHash('sha256').update(text).digest('hex');
  const word = (): string =>
    random.pick(['Player', 'Enemy', 'Camera', 'Inventory', 'Über-Größe', '日本', '“quoted”\t']);

  function start(): Happening {
    const session: LiveSession = { id: id(), left: random.int(20, lifeOfASession), calls: [], builds: [] };
    live.push(session);
    const known = random.chance(0.8) ? { model: 'gpt-realtime-2.1-mini', projectName: 'Arena', simulated: true } : {};
    return { sessionId: session.id, body: { type: 'session', action: 'started', title: word(), ...known } };
  }

  function end(session: LiveSession): Happening {
    live.splice(live.indexOf(session), 1);
    return { sessionId: session.id, body: { type: 'session', action: 'ended', title: word() } };
  }

  function callOf(session: LiveSession): AnyEventBody {
    const known = random.chance(0.7) ? session.calls[0] : undefined;
    const call: Call = known ?? {
      callId: `call_${id().slice(-12)}`,
      name: random.pick(['generateUnityScript', 'renderUnityPreview', 'searchUnityAssets']),
      effect: random.pick(['read', 'write', 'build']),
      at: 0,
    };
    if (known === undefined) session.calls.push(call);
    const { at, ...facts } = call;
    call.at += 1;
    const state = (['received', 'awaiting_approval', 'running'] as const)[at];
    if (state !== undefined) {
      return {
        type: 'function_call',
        ...facts,
        state,
        ...(state === 'received' ? { argumentsJson: `{"name":${JSON.stringify(word())}}` } : {}),
      };
    }
    session.calls.shift();
    const ended = random.pick(['succeeded', 'failed', 'denied', 'cancelled'] as const);
    return {
      type: 'function_call',
      ...facts,
      state: ended,
      durationMs: random.int(1, 9_000) / 8,
      ...(ended === 'failed' ? { errorCode: 'unity_unavailable', errorMessage: 'The editor reloads.' } : {}),
      ...(ended === 'succeeded' ? { resultSummary: `${word()} was written` } : {}),
    };
  }

  function buildOf(session: LiveSession): AnyEventBody {
    const known = random.chance(0.85) ? session.builds[0] : undefined;
    const build: Build = known ?? { buildId: id(), jobId: id().slice(-8), at: 0 };
    if (known === undefined) session.builds.push(build);
    const { at, ...facts } = build;
    build.at += 1;
    const base = { ...facts, target: 'linux64', elapsedMs: at * 500 };
    if (at === 0) return { type: 'build.unity.started', ...base, development: random.chance(0.5) };
    if (at < 6)
      return {
        type: 'build.unity.progress',
        ...base,
        phase: random.pick(['compiling', 'building']),
        estimateMs: 4_000,
      };
    session.builds.shift();
    const counts = { warnings: random.int(0, 3), errors: random.int(0, 2), durationMs: 3_300.5 };
    return random.chance(0.7)
      ? { type: 'build.unity.completed', ...base, ...counts, sizeBytes: 48_000_000, outputPath: 'Builds/Game' }
      : { type: 'build.unity.failed', ...base, ...counts, reason: 'Assets/Player.cs(3,1): CS1002' };
  }

  const scriptOf = (): AnyEventBody => {
    const contents = `public class ${word()} {\n${'    // moves the character\n'.repeat(random.int(1, 60))}}\n`;
    const script = {
      changeId: id(),
      callId: `call_${id().slice(-12)}`,
      scriptName: word(),
      path: `Assets/Scripts/${word()}.cs`,
      sha256: hex(contents),
      sizeBytes: contents.length,
      lines: 3,
      contents,
    };
    return random.chance(0.5)
      ? { type: 'runtime.unity.script_generated', ...script, prompt: word(), compileStatus: 'ok', compileErrors: 0 }
      : { type: 'runtime.unity.patch_applied', ...script, previousSha256: hex('before'), editsApplied: 2 };
  };

  const usageOf = (): AnyEventBody => ({
    type: 'usage',
    responseId: `resp_${id().slice(-12)}`,
    provider: 'openai',
    model: 'gpt-realtime-2.1-mini',
    inputTokens: random.int(100, 9_000),
    cachedTokens: random.int(0, 100),
    outputTokens: random.int(1, 900),
    ...(random.chance(0.7) ? { costMicroUsd: random.int(1, 90_000) } : {}),
  });

  const telemetryOf = (): AnyEventBody => ({
    type: 'telemetry',
    name: random.pick(['turn_ms', 'frame_ms']),
    value: random.int(-1_000_000, 1_000_000) / 64,
    unit: 'ms',
    ...(random.chance(0.3) ? { attributes: { scene: word(), count: random.int(0, 9), warm: true } } : {}),
  });

  function previewOf(session: LiveSession): Happening {
    const frame = Buffer.from(`frame ${id()}`);
    const body: EventBody<'preview.unity.frame'> & { readonly type: 'preview.unity.frame' } = {
      type: 'preview.unity.frame',
      frameId: id(),
      sha256: createHash('sha256').update(frame).digest('hex'),
      mimeType: 'image/png',
      width: random.chance(options.poisonShare ?? poisonShare) ? refusedWidth : 960,
      height: 540,
      sizeBytes: frame.length,
      captureSource: 'game_view',
      blank: random.chance(0.1),
    };
    return { sessionId: session.id, body, frame };
  }

  function goOn(session: LiveSession): Happening {
    const share = random.next();
    if (share < 0.05) return previewOf(session);
    let body: AnyEventBody;
    if (share < 0.1) body = { type: 'session', action: 'renamed', title: word() };
    else if (share < 0.5) body = callOf(session);
    else if (share < 0.65) body = buildOf(session);
    else if (share < 0.75) body = scriptOf();
    else if (share < 0.85) body = usageOf();
    else if (share < 0.95) body = telemetryOf();
    else body = { type: 'runtime.unity.asset_ingested', path: `Assets/${word()}.fbx` };
    return { sessionId: session.id, body };
  }

  return {
    next() {
      if (live.length < liveSessions && random.chance(0.3)) return start();
      const session = live.length === 0 ? undefined : random.pick(live);
      if (session === undefined) return start();
      session.left -= 1;
      return session.left <= 0 ? end(session) : goOn(session);
    },
  };
}
