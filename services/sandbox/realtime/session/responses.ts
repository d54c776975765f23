import { makeConversation, type Conversation, type Item } from '../conversation.ts';
import type { SocketFault } from '../faults.ts';
import type { ClientEventOf, Problem, ResponseParameters } from '../protocol/index.ts';
import { makeBudget } from '../response/budget.ts';
import type { Send } from '../response/object.ts';
import { streamResponse } from '../response/stream.ts';
import type { Sounds } from '../sound/sounds.ts';
import { call, type Planner, type Turn } from '../turns.ts';
import { segmentsOf, usageOf, type Segment } from '../usage.ts';
import { asHeard, unheardSeconds } from '../view.ts';
import type { RateLimits } from './rateLimits.ts';
import { reasoningProblem, unsupportedFormat, type SessionState } from './state.ts';

/** The responses of a session: one at a time in its conversation, any number beside it. */
export interface ResponsesOptions {
  readonly session: () => SessionState;
  readonly conversation: Conversation;
  readonly conversationId: string;
  readonly sounds: Sounds;
  readonly planner: () => Planner;
  readonly rateLimits: RateLimits;
  readonly send: Send;
  readonly sendFrame: (frame: string) => void;
  readonly hit: (fault: SocketFault) => void;
  readonly failNextTranscription: () => void;
  readonly newId: (prefix: string) => string;
  readonly pace: () => Promise<void>;
  /** Called when one begins; the result when it has ended. */
  readonly onActive: () => () => void;
}

export interface Responses {
  /** Begins one, or says why not. */
  readonly create: (wanted: ResponseParameters) => Problem | null;
  readonly cancel: (event: ClientEventOf<'response.cancel'>) => Problem | null;
  /** The user speaks: the conversation's response is cut off. */
  readonly interrupt: () => void;
  readonly active: () => boolean;
  readonly hasSpoken: () => boolean;
  readonly close: () => void;
}

export function makeResponses(options: ResponsesOptions): Responses {
  const { conversation, sounds, newId } = options;
  const running = new Map<string, AbortController>();
  let main: string | null = null;
  let previousInput: readonly Segment[] = [];
  let hasSpoken = false;

  function problemOf(wanted: ResponseParameters): Problem | null {
    const session = options.session();
    if (wanted.conversation !== 'none' && main !== null) {
      const message = `Conversation already has an active response in progress: ${main}. Wait until the response is finished before creating a new one.`;
      return { code: 'conversation_already_has_active_response', message, param: null };
    }
    const voice = wanted.audio?.output?.voice;
    if (voice !== undefined && hasSpoken && JSON.stringify(voice) !== JSON.stringify(session.audio.output.voice)) {
      const message = "Cannot update a conversation's voice if assistant audio is present.";
      return { code: 'cannot_update_voice', message, param: 'response.audio.output.voice' };
    }
    const format = wanted.audio?.output?.format?.type ?? 'audio/pcm';
    if (format !== 'audio/pcm') return unsupportedFormat('response.audio.output.format');
    const choice = wanted.tool_choice;
    if (
      typeof choice === 'object' &&
      choice.type === 'function' &&
      !namesOf(wanted.tools ?? session.tools).has(choice.name)
    ) {
      const message = `Tool choice '${choice.name}' not found in 'tools'.`;
      return { code: 'invalid_tool_choice', message, param: 'response.tool_choice' };
    }
    return reasoningProblem(session.model, wanted, 'response');
  }

  /** The default conversation, or what `input` puts in its place. */
  function inputOf(wanted: ResponseParameters): readonly Item[] | Problem {
    if (wanted.input === undefined) return [...conversation.items()];
    const apart = makeConversation(newId, sounds);
    for (const [index, entry] of wanted.input.entries()) {
      const known = entry.type === 'item_reference' ? conversation.find(entry.id) : undefined;
      if (entry.type === 'item_reference') {
        const message = `Item with item_id '${entry.id}' not found.`;
        if (known === undefined) return { code: 'item_not_found', message, param: `response.input.${index}.id` };
        apart.append(known);
        continue;
      }
      const outcome = apart.insert(entry, undefined);
      if (outcome.kind === 'refused') {
        return {
          ...outcome.problem,
          param: `response.input.${index}${(outcome.problem.param ?? '').replace(/^item/, '')}`,
        };
      }
    }
    return apart.items();
  }

  async function respond(wanted: ResponseParameters, items: readonly Item[]): Promise<void> {
    const session = options.session();
    const outOfBand = wanted.conversation === 'none';
    const id = newId('resp');
    const ended = options.onActive();
    const controller = new AbortController();
    running.set(id, controller);
    if (!outOfBand) main = id;
    const instructions = wanted.instructions ?? session.instructions;
    const tools = wanted.tools ?? session.tools;
    const choice = wanted.tool_choice ?? session.tool_choice;
    const maxOutputTokens = wanted.max_output_tokens ?? session.max_output_tokens;
    const modality = wanted.output_modalities?.[0] ?? session.output_modalities[0] ?? 'audio';
    const offered = choice === 'none' ? new Set<string>() : namesOf(tools);
    const turn = options.planner()({
      items: asHeard(items, sounds),
      instructions,
      tools: offered,
      parallelCalls: (wanted.parallel_tool_calls ?? session.parallel_tool_calls) === true,
      unheardSeconds: unheardSeconds(items, sounds),
    });
    options.send('rate_limits.updated', { rate_limits: options.rateLimits.begin() });
    await streamResponse({
      id,
      turn: typeof choice === 'object' && choice.type === 'function' ? forced(turn, choice.name) : turn,
      model: session.model,
      conversation: outOfBand ? null : conversation,
      conversationId: options.conversationId,
      sounds,
      modality,
      voice: wanted.audio?.output?.voice ?? session.audio.output.voice,
      metadata: wanted.metadata ?? null,
      maxOutputTokens,
      budget: makeBudget(maxOutputTokens),
      send: (type, fields) => {
        // The slot is free before the client can see `response.done` and answer it.
        if (type === 'response.done') end(id);
        if (type === 'response.output_audio.delta') hasSpoken = true;
        options.send(type, fields);
      },
      sendFrame: options.sendFrame,
      hit: options.hit,
      failNextTranscription: options.failNextTranscription,
      newId,
      pace: options.pace,
      signal: controller.signal,
      usage: (output) => {
        const input = segmentsOf(instructions + JSON.stringify(tools), items, sounds);
        const usage = usageOf(input, previousInput, output);
        if (!outOfBand) previousInput = input;
        options.rateLimits.settle(usage.total_tokens);
        return usage;
      },
    });
    end(id);
    ended();
  }

  function end(id: string): void {
    running.delete(id);
    if (main === id) main = null;
  }

  return {
    create(wanted) {
      const problem = problemOf(wanted);
      if (problem !== null) return problem;
      const items = inputOf(wanted);
      if ('code' in items) return items;
      void respond(wanted, items);
      return null;
    },
    cancel(event) {
      const id = event.response_id ?? main;
      const controller = id === null ? undefined : running.get(id);
      if (controller === undefined) {
        const message = 'Cancellation failed: no active response found';
        return { code: 'response_cancel_not_active', message, param: null };
      }
      controller.abort('client_cancelled');
      return null;
    },
    interrupt() {
      if (main !== null) running.get(main)?.abort('turn_detected');
    },
    active: () => main !== null,
    hasSpoken: () => hasSpoken,
    close() {
      for (const controller of running.values()) controller.abort();
      running.clear();
    },
  };
}

/** A named function must be called: without a plan for it, it is called with nothing. */
const forced = (turn: Turn, name: string): Turn =>
  turn.some((output) => output.kind !== 'text') ? turn : [call(name, {})];

const namesOf = (tools: SessionState['tools']): Set<string> =>
  new Set(tools.flatMap((tool) => (tool.type === 'function' ? [tool.name] : [])));
