import type { Problem, SessionUpdate, ToolChoice, TurnDetection } from '../protocol/index.ts';

/** The session as the service keeps and shows it. */
export interface SessionState extends Omit<SessionUpdate, 'audio'> {
  readonly object: 'realtime.session';
  readonly id: string;
  readonly model: string;
  readonly output_modalities: ('text' | 'audio')[];
  readonly instructions: string;
  readonly tools: NonNullable<SessionUpdate['tools']>;
  readonly tool_choice: ToolChoice;
  readonly max_output_tokens: number | 'inf';
  readonly audio: { readonly input: AudioInput; readonly output: AudioOutput };
  readonly expires_at: number;
}
type Audio = NonNullable<SessionUpdate['audio']>;
type AudioInput = NonNullable<Audio['input']>;
type AudioOutput = NonNullable<Audio['output']>;

/** Only these take `parallel_tool_calls` and `reasoning`. */
const isReasoningModel = (model: string): boolean =>
  /^gpt-realtime-[2-9]/.test(model) && !model.startsWith('gpt-realtime-20');

export const initialSession = (id: string, model: string, expiresAtMs: number): SessionState => ({
  type: 'realtime',
  object: 'realtime.session',
  id,
  model,
  output_modalities: ['audio'],
  instructions: '',
  tools: [],
  tool_choice: 'auto',
  max_output_tokens: 'inf',
  truncation: 'auto',
  tracing: null,
  prompt: null,
  audio: {
    input: {
      format: { type: 'audio/pcm', rate: 24_000 },
      noise_reduction: null,
      transcription: null,
      turn_detection: withDefaults({ type: 'server_vad' }),
    },
    output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'marin', speed: 1 },
  },
  expires_at: Math.floor(expiresAtMs / 1_000),
});

function withDefaults(detection: TurnDetection): TurnDetection {
  const answering = { create_response: true, interrupt_response: true };
  if (detection.type === 'semantic_vad') return { ...answering, eagerness: 'auto', ...detection };
  const times = { threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 500, idle_timeout_ms: null };
  return { ...answering, ...times, ...detection };
}

/** What is there when the update comes. */
export interface Situation {
  /** The model has put out audio: its voice is fixed. */
  readonly hasSpoken: boolean;
  /** Whether a response runs: the speed may change only between turns. */
  readonly responding: boolean;
}

export type Updated = { kind: 'updated'; session: SessionState } | { kind: 'refused'; problem: Problem };

/** Takes over the fields that are present and leaves the others; one that may not change refuses the whole update. */
export function updateSession(session: SessionState, update: SessionUpdate, situation: Situation): Updated {
  const problem = problemOf(session, update, situation);
  if (problem !== null) return { kind: 'refused', problem };
  const { audio, ...rest } = update;
  const input: AudioInput = { ...session.audio.input, ...audio?.input };
  if (input.turn_detection) input.turn_detection = withDefaults(input.turn_detection);
  const output: AudioOutput = { ...session.audio.output, ...audio?.output };
  return { kind: 'updated', session: { ...session, ...defined(rest), audio: { input, output } } };
}

function problemOf(session: SessionState, update: SessionUpdate, situation: Situation): Problem | null {
  const { audio } = update;
  if (update.model !== undefined && update.model !== session.model) {
    return {
      code: 'cannot_update_model',
      message: 'The model of a session cannot be changed.',
      param: 'session.model',
    };
  }
  const voice = audio?.output?.voice;
  if (voice !== undefined && situation.hasSpoken && !isSame(voice, session.audio.output.voice)) {
    const message = "Cannot update a conversation's voice if assistant audio is present.";
    return { code: 'cannot_update_voice', message, param: 'session.audio.output.voice' };
  }
  if (situation.responding && audio?.output?.speed !== undefined && audio.output.speed !== session.audio.output.speed) {
    const message = 'The speed can be changed only in between model turns.';
    return { code: 'cannot_update_speed', message, param: 'session.audio.output.speed' };
  }
  if (update.tracing !== undefined && session.tracing && !isSame(update.tracing, session.tracing)) {
    const message = 'Tracing is enabled and cannot be changed.';
    return { code: 'cannot_update_tracing', message, param: 'session.tracing' };
  }
  for (const [where, format] of [
    ['input', audio?.input?.format],
    ['output', audio?.output?.format],
  ] as const) {
    if (format !== undefined && format.type !== 'audio/pcm') return unsupportedFormat(`session.audio.${where}.format`);
  }
  return reasoningProblem(session.model, update, 'session');
}

export const unsupportedFormat = (param: string): Problem => ({
  code: 'unsupported_format',
  message: 'This stand-in speaks and hears audio/pcm only.',
  param,
});

/** `parallel_tool_calls` and `reasoning` are for the models that have them. */
export function reasoningProblem(
  model: string,
  asked: { readonly parallel_tool_calls?: unknown; readonly reasoning?: unknown },
  prefix: string,
): Problem | null {
  if (isReasoningModel(model) || (asked.parallel_tool_calls === undefined && asked.reasoning === undefined))
    return null;
  const name = `${prefix}.${asked.reasoning === undefined ? 'parallel_tool_calls' : 'reasoning'}`;
  return { code: 'unsupported_parameter', message: `The model ${model} does not support '${name}'.`, param: name };
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
  return kept as { [K in keyof T]: Exclude<T[K], undefined> };
}
