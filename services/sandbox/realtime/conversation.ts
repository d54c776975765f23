import { readPicture } from './pictures/picture.ts';
import type { ClientItem, Problem } from './protocol/index.ts';
import { fromBase64 } from './sound/pcm.ts';
import type { Sounds } from './sound/sounds.ts';

/** A conversation item as the service keeps it: the client's shape with an id and a status. Its audio lies apart. */
export type Item = ClientItem & {
  id: string;
  object: 'realtime.item';
  status: 'completed' | 'incomplete' | 'in_progress';
};

export type InsertOutcome =
  { kind: 'inserted'; item: Item; previousItemId: string | null } | { kind: 'refused'; problem: Problem };

/** An ordered list of items, unique by id, with the order rules of the service. */
export interface Conversation {
  readonly items: () => readonly Item[];
  readonly find: (id: string) => Item | undefined;
  readonly lastId: () => string | null;
  /** `after`: undefined or null appends, `'root'` makes it the first. */
  readonly insert: (item: ClientItem, after: string | null | undefined) => InsertOutcome;
  /** Puts an item at the end; returns the id of the one before it. */
  readonly append: (item: Item) => string | null;
  /** Does nothing when the item was deleted meanwhile. */
  readonly replace: (item: Item) => void;
  readonly remove: (id: string) => boolean;
}

export function makeConversation(newId: (prefix: string) => string, sounds: Sounds): Conversation {
  const items: Item[] = [];
  const indexOf = (id: string): number => items.findIndex((item) => item.id === id);
  const hasCall = (callId: string): boolean =>
    items.some((item) => item.type === 'function_call' && item.call_id === callId);
  const isAnswered = (callId: string): boolean =>
    items.some((item) => item.type === 'function_call_output' && item.call_id === callId);

  function problemOf(item: ClientItem, after: string | null | undefined): Problem | null {
    if (item.id !== undefined && indexOf(item.id) !== -1) {
      return { code: 'item_already_exists', message: `An item with id '${item.id}' already exists.`, param: 'item.id' };
    }
    if (item.type === 'function_call_output' && !hasCall(item.call_id)) {
      const message = `Tool call ID '${item.call_id}' not found in conversation.`;
      return { code: 'invalid_tool_call_id', message, param: 'item.call_id' };
    }
    if (item.type === 'function_call_output' && isAnswered(item.call_id)) {
      const message = `Tool call ID '${item.call_id}' already has an output.`;
      return { code: 'invalid_tool_call_id', message, param: 'item.call_id' };
    }
    if (after !== undefined && after !== null && after !== 'root' && indexOf(after) === -1) {
      const message = `Error inserting item: previous item with id '${after}' not found.`;
      return { code: 'item_not_found', message, param: 'previous_item_id' };
    }
    return contentProblem(item);
  }

  return {
    items: () => items,
    find: (id) => items.find((item) => item.id === id),
    lastId: () => items.at(-1)?.id ?? null,
    insert(source, after) {
      const problem = problemOf(source, after);
      if (problem !== null) return { kind: 'refused', problem };
      const item = complete(source, newId);
      const at = after === undefined || after === null ? items.length : after === 'root' ? 0 : indexOf(after) + 1;
      items.splice(at, 0, withoutAudio(item, sounds));
      return { kind: 'inserted', item: items[at] ?? item, previousItemId: items[at - 1]?.id ?? null };
    },
    append(item) {
      items.push(item);
      return items.at(-2)?.id ?? null;
    },
    replace(item) {
      const at = indexOf(item.id);
      if (at !== -1) items[at] = item;
    },
    remove(id) {
      const at = indexOf(id);
      if (at !== -1) items.splice(at, 1);
      sounds.remove(id);
      return at !== -1;
    },
  };
}

/** What the content of a message must be beyond its shape. */
function contentProblem(item: ClientItem): Problem | null {
  if (item.type !== 'message') return null;
  for (const [index, part] of item.content.entries()) {
    const param = `item.content.${index}`;
    if (part.type === 'input_image') {
      const read = readPicture(part.image_url);
      if (read.kind === 'problem') return { code: read.code, message: read.message, param: `${param}.image_url` };
    } else if (part.type === 'input_audio' && fromBase64(part.audio ?? '') === null) {
      return { code: 'invalid_value', message: 'Expected base64 of 16-bit samples.', param: `${param}.audio` };
    } else if (part.type === 'output_audio') {
      return { code: 'invalid_value', message: 'Assistant audio cannot be added by a client.', param: `${param}.type` };
    }
  }
  return null;
}

function complete(source: ClientItem, newId: (prefix: string) => string): Item {
  const base = { id: source.id ?? newId('item'), object: 'realtime.item' as const, status: 'completed' as const };
  if (source.type === 'function_call') return { ...source, call_id: source.call_id ?? newId('call'), ...base };
  return { ...source, ...base };
}

/** The service's events name a piece of audio by its transcript only; `retrieve` brings the audio itself. */
function withoutAudio(item: Item, sounds: Sounds): Item {
  if (item.type !== 'message' || item.role !== 'user') return item;
  const content = item.content.map((part) => {
    if (part.type !== 'input_audio') return part;
    const pcm = fromBase64(part.audio ?? '');
    if (pcm !== null) sounds.set(item.id, pcm);
    return { type: part.type, transcript: part.transcript ?? null };
  });
  return { ...item, content };
}
