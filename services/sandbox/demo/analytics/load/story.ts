import { randomUUID } from 'node:crypto';
import type { AnyEventBody } from '../../../../../shared/contracts/index.ts';
import { makeRandom } from '../../../random.ts';

/** What a session of a person says next. */
export interface Happening {
  readonly sessionId: string;
  readonly seq: number;
  readonly userId: string | undefined;
  readonly body: AnyEventBody;
}

export interface Story {
  /** `part`: how much of the story is told, 0 to 1. */
  readonly next: (part: number) => Happening;
  readonly telemetry: () => Happening;
}

interface Session {
  readonly sessionId: string;
  readonly userId: string | undefined;
  seq: number;
}

/** How often it fails or is not done, and how long it takes: of one the failures alert, of another the time. */
const functions = [
  { name: 'list_unity_scene', effect: 'read', typicalMs: 40, failing: 0.02 },
  { name: 'generate_unity_script', effect: 'write', typicalMs: 700, failing: 0.06 },
  { name: 'read_unity_console', effect: 'read', typicalMs: 90, failing: 0.03 },
  { name: 'run_unity_tests', effect: 'build', typicalMs: 1_200, failing: 0.6 },
  { name: 'render_unity_preview', effect: 'read', typicalMs: 4_000, failing: 0.08 },
] as const;
const models = [
  { provider: 'openai', model: 'gpt-realtime-2.1-mini', microUsdPerToken: 2 },
  { provider: 'anthropic', model: 'claude-sonnet-4-5', microUsdPerToken: 5 },
  // Its price is not known.
  { provider: 'openai', model: 'a-model-without-a-price', microUsdPerToken: undefined },
] as const;

/** Builds that the story tells once, at that part of it: a target that stays broken, and one that is mended. */
const builds = [
  ...[0.2, 0.25, 0.3].map((part) => ({ part, target: 'Android', failed: true })),
  ...[0.4, 0.45, 0.5].map((part) => ({ part, target: 'WebGL', failed: true })),
  { part: 0.75, target: 'WebGL', failed: false },
];
/** One person has asked for more than the rule of a day allows (`rules/spark.rules.yaml`: 25 dollars). */
const dearResponse = { part: 0.6, microUsd: 26_000_000 };

/** Sessions of five people, one of them without a name; the same choices for the same seed. */
export function makeStory(seed: number): Story {
  const { next: random, int, chance, pick } = makeRandom(seed);
  const sessions = Array.from({ length: 12 }, (_, n): Session => ({
    sessionId: randomUUID(),
    userId: n % 5 === 4 ? undefined : `developer-${(n % 5) + 1}@example.com`,
    seq: 0,
  }));
  /** Ends of what has begun, and what is told at its part of the story. */
  const waiting: { readonly session: Session; readonly body: AnyEventBody }[] = [];
  const untold = [...builds];
  let dearIsUntold = true;
  let calls = 0;

  const tell = (session: Session, body: AnyEventBody): Happening => {
    session.seq += 1;
    const { sessionId, seq, userId } = session;
    return { sessionId, seq, userId, body };
  };

  function call(session: Session): AnyEventBody {
    const { name, effect, typicalMs, failing } = pick(functions);
    calls += 1;
    const callId = `call-${calls}`;
    const luck = random();
    const state =
      luck < failing ? 'failed' : luck < failing + 0.03 ? 'denied' : luck < failing + 0.05 ? 'cancelled' : 'succeeded';
    const durationMs = Math.round(typicalMs * 2 ** (random() * 6 - 2));
    const failure = state === 'failed' ? { errorCode: 'unity_busy', errorMessage: 'Unity is compiling.' } : {};
    // What was denied has not run: it has no duration.
    const ended = { state, ...failure, ...(state === 'denied' ? {} : { durationMs }) } as const;
    waiting.push({ session, body: { type: 'function_call', callId, name, effect, ...ended } });
    return { type: 'function_call', callId, name, effect, state: 'received', argumentsJson: '{}' };
  }
  function usage(microUsd?: number): AnyEventBody {
    const { provider, model, microUsdPerToken } = microUsd === undefined ? pick(models) : models[0];
    const inputTokens = int(200, 4_000);
    const outputTokens = int(20, 800);
    const cost =
      microUsd ?? (microUsdPerToken === undefined ? undefined : microUsdPerToken * (inputTokens + outputTokens));
    return {
      type: 'usage',
      responseId: randomUUID(),
      provider,
      model,
      inputTokens,
      cachedTokens: Math.floor(inputTokens / 3),
      outputTokens,
      ...(cost === undefined ? {} : { costMicroUsd: cost }),
    };
  }
  function build(target: string, failed: boolean): AnyEventBody {
    const facts = { buildId: randomUUID(), target, durationMs: int(20_000, 110_000), warnings: 0 };
    return failed
      ? { type: 'build.unity.failed', ...facts, errors: 1, reason: 'CS1002' }
      : { type: 'build.unity.completed', ...facts, errors: 0, sizeBytes: 40_000_000 };
  }
  const telemetry = (): AnyEventBody => ({ type: 'telemetry', name: 'frame_time', value: random() * 40, unit: 'ms' });

  function choose(session: Session): AnyEventBody {
    const luck = random();
    if (luck < 0.5) return call(session);
    if (luck < 0.8) return usage();
    if (luck < 0.83) return build('StandaloneLinux64', chance(0.1));
    return telemetry();
  }

  return {
    next(part) {
      const [first] = untold;
      if (first !== undefined && first.part <= part) {
        untold.shift();
        return tell(pick(sessions), build(first.target, first.failed));
      }
      const [dear] = sessions;
      if (dearIsUntold && dear !== undefined && dearResponse.part <= part) {
        dearIsUntold = false;
        return tell(dear, usage(dearResponse.microUsd));
      }
      const ended = waiting.length > 6 || chance(0.35) ? waiting.shift() : undefined;
      if (ended !== undefined) return tell(ended.session, ended.body);
      const session = pick(sessions);
      return tell(session, choose(session));
    },
    telemetry: () => tell(pick(sessions), telemetry()),
  };
}
