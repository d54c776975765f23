import type { Activity } from '../activity.ts';
import { makeConversation } from './conversation.ts';
import type { SocketFault } from './faults.ts';
import {
  parseClientEvent,
  type ClientEvent,
  type ClientEventOf,
  type ParsedClientEvent,
  type Problem,
  type Refusal,
} from './protocol/index.ts';
import { makeRateLimits } from './session/rateLimits.ts';
import { makeResponses } from './session/responses.ts';
import { initialSession, updateSession } from './session/state.ts';
import { transcribe } from './session/transcribe.ts';
import { makeListener } from './sound/listener.ts';
import { makeSounds } from './sound/sounds.ts';
import type { Planner } from './turns.ts';
import { withAudio } from './view.ts';

/**
 * One Realtime session, on one socket. It owns the rules that a client must keep: one response at a time in the default
 * conversation, no change of model or voice, outputs only for calls that exist. A refusal never ends the session.
 */
export interface ConnectionOptions {
  readonly model: string;
  readonly planner: () => Planner;
  readonly pace: () => Promise<void>;
  readonly activity: Activity;
  readonly newId: (prefix: string) => string;
  readonly sendFrame: (frame: string) => void;
  readonly hit: (fault: SocketFault) => void;
  /** The response of each `response.done`, before it is sent. */
  readonly onResponse: (response: unknown) => void;
  readonly onEvent: (parsed: ParsedClientEvent) => void;
  readonly expiresAtMs: number;
}

export interface Connection {
  readonly start: () => void;
  readonly receive: (text: string) => void;
  readonly send: (type: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly failNextTranscription: () => void;
  readonly close: () => void;
}

export function makeConnection(options: ConnectionOptions): Connection {
  const { newId, pace } = options;
  const sounds = makeSounds();
  const conversation = makeConversation(newId, sounds);
  let session = initialSession(newId('sess'), options.model, options.expiresAtMs);
  let transcriptionFails = false;

  const send = (type: string, fields: Readonly<Record<string, unknown>>): void =>
    options.sendFrame(JSON.stringify({ type, event_id: newId('event'), ...fields }));
  const refuse = ({ type, code, message, param, eventId }: Refusal): void =>
    send('error', { error: { type, code, message, param, event_id: eventId } });
  const answer = (event: ClientEvent | null, problem: Problem | null): boolean => {
    if (problem !== null) refuse({ type: 'invalid_request_error', ...problem, eventId: event?.event_id ?? null });
    return problem === null;
  };

  const responses = makeResponses({
    session: () => session,
    conversation,
    conversationId: newId('conv'),
    sounds,
    planner: options.planner,
    rateLimits: makeRateLimits(Date.now),
    send: (type, fields) => {
      if (type === 'response.output_text.delta') options.activity.mark(type);
      if (type === 'response.done') options.onResponse(fields['response']);
      send(type, fields);
    },
    sendFrame: options.sendFrame,
    hit: options.hit,
    failNextTranscription: () => {
      transcriptionFails = true;
    },
    newId,
    pace,
    onActive: () => options.activity.begin('response'),
  });

  const listener = makeListener({
    detection: () => session.audio.input.turn_detection ?? null,
    newItemId: () => newId('item'),
    send,
    commit: commitSpeech,
    onSpeechStarted: (detection) => {
      if (detection.interrupt_response !== false) responses.interrupt();
    },
    onTurnEnded: (detection) => {
      if (detection.create_response !== false) answer(null, responses.create({}));
    },
  });

  function commitSpeech(itemId: string, pcm: Int16Array): void {
    send('input_audio_buffer.committed', { previous_item_id: conversation.lastId(), item_id: itemId });
    sounds.set(itemId, pcm);
    const base = { id: itemId, object: 'realtime.item', type: 'message', status: 'completed', role: 'user' } as const;
    const item = { ...base, content: [{ type: 'input_audio' as const, transcript: null }] };
    const fields = { previous_item_id: conversation.append(item), item };
    send('conversation.item.added', fields);
    send('conversation.item.done', fields);
    const { transcription } = session.audio.input;
    if (!transcription) return;
    const fails = transcriptionFails;
    transcriptionFails = false;
    const onTranscript = (transcript: string): void =>
      conversation.replace({ ...item, content: [{ type: 'input_audio', transcript }] });
    void transcribe({ itemId, sounds, transcription, fails, send, pace, onTranscript });
  }

  function update(event: ClientEventOf<'session.update'>): void {
    const situation = { hasSpoken: responses.hasSpoken(), responding: responses.active() };
    const updated = updateSession(session, event.session, situation);
    if (updated.kind === 'refused') {
      answer(event, updated.problem);
      return;
    }
    session = updated.session;
    if (event.session.audio?.input?.turn_detection !== undefined) listener.reset();
    send('session.updated', { session });
  }

  function createItem(event: ClientEventOf<'conversation.item.create'>): void {
    const outcome = conversation.insert(event.item, event.previous_item_id);
    if (outcome.kind === 'refused') {
      answer(event, outcome.problem);
      return;
    }
    const fields = { previous_item_id: outcome.previousItemId, item: outcome.item };
    send('conversation.item.added', fields);
    send('conversation.item.done', fields);
  }

  function truncate(event: ClientEventOf<'conversation.item.truncate'>): void {
    const { item_id, content_index, audio_end_ms } = event;
    const item = conversation.find(item_id);
    if (item === undefined) return void answer(event, notFound(item_id));
    if (item.type !== 'message' || item.role !== 'assistant' || sounds.of(item_id) === null || content_index !== 0) {
      const message = 'Only the audio of an assistant message can be truncated.';
      return void answer(event, { code: 'invalid_value', message, param: 'item_id' });
    }
    const hasMs = Math.floor(sounds.durationMs(item_id));
    if (!sounds.truncate(item_id, audio_end_ms)) {
      const message = `Audio content of ${hasMs}ms is already shorter than ${audio_end_ms}ms`;
      return void answer(event, { code: 'invalid_value', message, param: 'audio_end_ms' });
    }
    conversation.replace({ ...item, content: item.content.length === 0 ? [] : [{ type: 'output_audio' }] });
    send('conversation.item.truncated', { item_id, content_index, audio_end_ms });
  }

  function handle(event: ClientEvent): void {
    switch (event.type) {
      case 'session.update':
        return update(event);
      case 'conversation.item.create':
        return createItem(event);
      case 'conversation.item.retrieve': {
        const item = conversation.find(event.item_id);
        if (item === undefined) return void answer(event, notFound(event.item_id));
        return send('conversation.item.retrieved', { item: withAudio(item, sounds) });
      }
      case 'conversation.item.delete':
        if (!conversation.remove(event.item_id)) return void answer(event, notFound(event.item_id));
        return send('conversation.item.deleted', { item_id: event.item_id });
      case 'conversation.item.truncate':
        return truncate(event);
      case 'response.create':
        return void answer(event, responses.create(event.response ?? {}));
      case 'response.cancel':
        return void answer(event, responses.cancel(event));
      case 'input_audio_buffer.append':
        return void answer(event, listener.append(event.audio));
      case 'input_audio_buffer.commit':
        return void answer(event, listener.commit());
      case 'input_audio_buffer.clear':
        listener.clear();
        return send('input_audio_buffer.cleared', {});
      case 'output_audio_buffer.clear': {
        const message = 'The output audio buffer exists over WebRTC and SIP only.';
        return void answer(event, { code: 'unsupported_event', message, param: 'type' });
      }
    }
  }

  return {
    start: () => send('session.created', { session }),
    receive(text) {
      const parsed = parseClientEvent(text);
      options.onEvent(parsed);
      if (parsed.kind === 'refused') refuse(parsed.refusal);
      else handle(parsed.event);
    },
    send,
    failNextTranscription: () => {
      transcriptionFails = true;
    },
    close: responses.close,
  };
}

const notFound = (id: string): Problem => ({
  code: 'item_not_found',
  message: `Item with item_id '${id}' not found.`,
  param: 'item_id',
});
