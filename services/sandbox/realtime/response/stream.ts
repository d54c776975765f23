import type { Item } from '../conversation.ts';
import type { PlannedOutput } from '../turns.ts';
import { makeShuffler } from './disorder.ts';
import { cancelledBy, completed, ranOut, responseObject, type Ending, type ResponseOptions } from './object.ts';
import { streamCall, streamSpeech, streamText } from './outputs.ts';
import { suffer } from './suffer.ts';

/**
 * Streams one planned turn as the events of one response: created, each output item (added, deltas, done), done with
 * usage. `response.done` always comes, whatever the outcome, unless the socket itself is lost; the promise resolves after it.
 */
export async function streamResponse(given: ResponseOptions): Promise<void> {
  const shuffler = makeShuffler(given.send);
  const options = { ...given, send: shuffler.send };
  const output: Item[] = [];
  options.send('response.created', { response: responseObject(options, null, [], null) });
  let ending: Ending = completed;
  for (const planned of options.turn) {
    if (options.signal.aborted) break;
    if (planned.kind !== 'fault') {
      output.push(await streamItem(options, planned, output.length));
      if (options.budget.exhausted()) ending = ranOut;
    } else {
      const suffered = await suffer(options, planned.fault, shuffler.start);
      if (suffered === 'gone') return;
      ending = suffered ?? ending;
    }
    if (ending !== completed) break;
  }
  if (options.signal.aborted) ending = cancelledBy(options.signal);
  const usage = options.usage(options.budget.spent());
  options.send('response.done', { response: responseObject(options, ending, output, usage) });
}

type StreamedOutput = Exclude<PlannedOutput, { kind: 'fault' }>;

async function streamItem(options: ResponseOptions, planned: StreamedOutput, outputIndex: number): Promise<Item> {
  const { send, newId, conversation } = options;
  const empty = emptyItem(planned, newId);
  const previous = conversation?.append(empty) ?? null;
  const where = { response_id: options.id, item_id: empty.id, output_index: outputIndex };
  send('response.output_item.added', { response_id: options.id, output_index: outputIndex, item: empty });
  if (conversation !== null) send('conversation.item.added', { previous_item_id: previous, item: empty });
  const sent =
    planned.kind === 'call'
      ? await streamCall(options, planned, where, empty.type === 'function_call' ? (empty.call_id ?? '') : '')
      : options.modality === 'audio'
        ? await streamSpeech(options, planned, where)
        : await streamText(options, planned, where);
  const item = finish(options, empty, sent);
  conversation?.replace(item);
  send('response.output_item.done', { response_id: options.id, output_index: outputIndex, item });
  if (conversation !== null) send('conversation.item.done', { previous_item_id: previous, item });
  return item;
}

function emptyItem(planned: StreamedOutput, newId: (prefix: string) => string): Item {
  const base = { id: newId('item'), object: 'realtime.item' as const, status: 'in_progress' as const };
  if (planned.kind === 'text') return { ...base, type: 'message', role: 'assistant', content: [] };
  const callId = planned.callId ?? newId('call');
  return { ...base, type: 'function_call', name: planned.name, call_id: callId, arguments: '' };
}

function finish(options: ResponseOptions, item: Item, sent: string): Item {
  const status = options.signal.aborted || options.budget.exhausted() ? 'incomplete' : 'completed';
  if (item.type === 'function_call') return { ...item, status, arguments: sent };
  if (item.type !== 'message' || item.role !== 'assistant') return item;
  if (options.modality === 'text') return { ...item, status, content: [{ type: 'output_text', text: sent }] };
  // The transcript of what was cut off is gone, also when the cut came before the end.
  const transcript = options.sounds.wasCut(item.id) ? {} : { transcript: sent };
  return { ...item, status, content: [{ type: 'output_audio', ...transcript }] };
}
