import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
  RealtimeSessionCreateRequest,
} from 'openai/resources/realtime/realtime';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import type { ClientEvent, SessionUpdate } from './clientEvents.ts';
import { clientEvents } from './clientEvents.ts';
import { parseServerFrame } from './frames.ts';
import { items } from './items.ts';
import { serverEventSchemas, type quietTypes, type ServerEventType } from './serverEvents.ts';

/**
 * The wire against the official types: a change upstream fails the type check of this file. Each event of the service
 * must fit into what its schema takes, each event of ours into what the service's own client would send.
 */
type Official<T> = Extract<RealtimeServerEvent, { type: T }>;
/** True only where every official shape of the event is accepted; otherwise the type's name stands in the error. */
type Accepts<T extends ServerEventType> = [Official<T>] extends [never]
  ? `${T} is not an official event`
  : Official<T> extends z.input<(typeof serverEventSchemas)[T]>
    ? true
    : `${T} has changed`;
const inbound: { [T in ServerEventType]: Accepts<T> } = {
  'session.created': true,
  'session.updated': true,
  'conversation.item.added': true,
  'conversation.item.done': true,
  'conversation.item.deleted': true,
  'conversation.item.retrieved': true,
  'conversation.item.truncated': true,
  'conversation.item.input_audio_transcription.delta': true,
  'conversation.item.input_audio_transcription.completed': true,
  'conversation.item.input_audio_transcription.failed': true,
  'input_audio_buffer.committed': true,
  'input_audio_buffer.cleared': true,
  'input_audio_buffer.speech_started': true,
  'input_audio_buffer.speech_stopped': true,
  'input_audio_buffer.timeout_triggered': true,
  'response.created': true,
  'response.done': true,
  'response.output_item.added': true,
  'response.output_item.done': true,
  'response.output_text.delta': true,
  'response.output_audio_transcript.delta': true,
  'response.output_audio.delta': true,
  'response.output_audio.done': true,
  'rate_limits.updated': true,
  error: true,
};

/** Tools of a remote MCP server are not used: these events never come. A new official event must be listed here or read. */
type Unused = Extract<RealtimeServerEvent['type'], `mcp_${string}` | `response.mcp_${string}`>;
type Unheard = Exclude<RealtimeServerEvent['type'], ServerEventType | (typeof quietTypes)[number] | Unused>;
const allHeard: [Unheard] extends [never] ? true : Unheard = true;

/** The official types are mutable; ours only promise not to change what they are given. */
type Writable<T> = T extends string ? T : { -readonly [K in keyof T]: Writable<T[K]> };
type Sends<T extends ClientEvent['type']> =
  Writable<Extract<ClientEvent, { type: T }>> extends Extract<RealtimeClientEvent, { type: T }>
    ? true
    : `${T} has changed`;
const outbound: { [T in ClientEvent['type']]: Sends<T> } = {
  'session.update': true,
  'conversation.item.create': true,
  'conversation.item.retrieve': true,
  'conversation.item.delete': true,
  'conversation.item.truncate': true,
  'input_audio_buffer.append': true,
  'input_audio_buffer.commit': true,
  'input_audio_buffer.clear': true,
  'response.create': true,
  'response.cancel': true,
};
const session: Writable<SessionUpdate> extends RealtimeSessionCreateRequest ? true : 'session has changed' = true;

test('every event that the engine reads and sends has the shape of the official client', () => {
  expect(Object.keys(inbound).toSorted()).toEqual(Object.keys(serverEventSchemas).toSorted());
  expect(allHeard).toBe(true);
  expect(session).toBe(true);
  const sent = [clientEvents.clearAudio(), clientEvents.createItem(items.system('x')), clientEvents.deleteItem('i')];
  for (const { type } of sent) expect(outbound[type]).toBe(true);
});

const base = { event_id: 'event_1' };
const where = { ...base, response_id: 'resp_1', item_id: 'item_1', output_index: 0, content_index: 0 };
const samples: { [T in ServerEventType]?: Official<T> } = {
  'response.created': { ...base, type: 'response.created', response: { id: 'resp_1', metadata: { spark: 'evt_1' } } },
  'response.done': {
    ...base,
    type: 'response.done',
    response: {
      id: 'resp_1',
      status: 'failed',
      status_details: { type: 'failed', error: { type: 'x', code: 'rate_limit_exceeded' } },
      output: [
        { type: 'function_call', name: 'f', call_id: 'call_1', arguments: '{}' },
        { type: 'message', id: 'item_1', role: 'assistant', content: [{ type: 'output_audio', transcript: 'Hi' }] },
        { type: 'mcp_list_tools', server_label: 's', tools: [] },
      ],
    },
  },
  'response.output_text.delta': { ...where, type: 'response.output_text.delta', delta: 'a' },
  'response.output_audio.delta': { ...where, type: 'response.output_audio.delta', delta: 'AAAA' },
  'rate_limits.updated': {
    ...base,
    type: 'rate_limits.updated',
    rate_limits: [{ name: 'tokens', limit: 10, remaining: 0, reset_seconds: 1.5 }],
  },
  'conversation.item.input_audio_transcription.completed': {
    ...base,
    type: 'conversation.item.input_audio_transcription.completed',
    item_id: 'item_1',
    content_index: 0,
    transcript: 'hello',
    usage: { type: 'duration', seconds: 1.2 },
  },
};

test.each(Object.entries(samples))('%s is read in its official shape', (type, sample) => {
  expect(parseServerFrame(JSON.stringify(sample))).toMatchObject({ kind: 'event', event: { type } });
});

test('an event without the id that it is about is malformed, not guessed', () => {
  const nameless = { ...base, type: 'response.done', response: { status: 'completed' } };
  expect(parseServerFrame(JSON.stringify(nameless))).toEqual({
    kind: 'malformed',
    detail: 'response.done: response.id',
  });
});

test('text goes out well formed, and a picture as a data URL', () => {
  expect(items.system('a\uD800b\0c')).toMatchObject({ content: [{ text: 'a\u{FFFD}b\u{FFFD}c' }] });
  const image = { mimeType: 'image/png', bytes: new Uint8Array([1, 2, 3]) };
  expect(items.user('', { images: [image] })).toEqual({
    type: 'message',
    role: 'user',
    content: [{ type: 'input_image', image_url: 'data:image/png;base64,AQID' }],
  });
});
