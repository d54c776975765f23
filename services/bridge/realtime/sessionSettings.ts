import type { AudioInput, AudioOutput, ReasoningEffort, SessionUpdate } from './protocol/index.ts';
import type { ToolDefinition } from './types.ts';

/** Voice of a session; without it the session puts out text. */
export interface SessionAudio {
  readonly input: AudioInput;
  readonly output: AudioOutput;
}

/**
 * The one place that says how a session is configured. The order of the fields that make the prompt is fixed, and the
 * instructions begin with their stable part, so that the service's prompt cache holds from one connection to the next.
 */
export function toSessionUpdate(options: {
  readonly model: string;
  readonly instructions: string;
  readonly tools: readonly ToolDefinition[];
  readonly reasoningEffort?: ReasoningEffort | null;
  readonly audio?: SessionAudio | null;
}): SessionUpdate {
  const { model, instructions, tools, reasoningEffort = null, audio = null } = options;
  const reasons = isReasoningModel(model);
  return {
    type: 'realtime',
    output_modalities: [audio === null ? 'text' : 'audio'],
    instructions,
    tools: tools.map((tool) => ({ type: 'function', ...tool })),
    tool_choice: 'auto',
    // Dropping a fifth at once instead of a message per turn keeps the prompt cache (realtime.md §1.3).
    truncation: { type: 'retention_ratio', retention_ratio: 0.8 },
    ...(reasons ? { parallel_tool_calls: true } : {}),
    ...(reasons && reasoningEffort !== null ? { reasoning: { effort: reasoningEffort } } : {}),
    ...(audio === null ? {} : { audio }),
  };
}

/** Only these take `parallel_tool_calls` and `reasoning`; the others answer them with an error. */
export const isReasoningModel = (model: string): boolean => /^gpt-realtime-(?!20\d\d-)[2-9]/.test(model);
