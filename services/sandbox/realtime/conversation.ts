import type { ClientItem } from './clientEvents.ts';

/** A conversation item as the service keeps it: the client's shape with an id and a status. */
export type Item = ClientItem & {
  id: string;
  object: 'realtime.item';
  status: 'completed' | 'incomplete' | 'in_progress';
};

/** Why an item was refused. */
export interface ItemRefusal {
  readonly code: string;
  readonly message: string;
  readonly param: string;
}

export type InsertOutcome =
  { kind: 'inserted'; item: Item; previousItemId: string | null } | { kind: 'refused'; refusal: ItemRefusal };

/** The default conversation: an ordered list of items, unique by id, with the order rules of the service. */
export interface Conversation {
  readonly items: () => readonly Item[];
  readonly find: (id: string) => Item | undefined;
  /** `after`: undefined or null appends, `'root'` makes it the first. */
  readonly insert: (item: ClientItem, after: string | null | undefined) => InsertOutcome;
  /** Puts an item of a running response at the end; later changes replace it. */
  readonly put: (item: Item) => string | null;
  readonly remove: (id: string) => boolean;
}

export function makeConversation(newId: (prefix: string) => string): Conversation {
  const items: Item[] = [];
  const indexOf = (id: string): number => items.findIndex((item) => item.id === id);
  const hasCall = (callId: string): boolean =>
    items.some((item) => item.type === 'function_call' && item.call_id === callId);
  const isAnswered = (callId: string): boolean =>
    items.some((item) => item.type === 'function_call_output' && item.call_id === callId);

  function refusalOf(item: ClientItem, after: string | null | undefined): ItemRefusal | null {
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
    return null;
  }

  return {
    items: () => items,
    find: (id) => items.find((item) => item.id === id),
    insert(source, after) {
      const refusal = refusalOf(source, after);
      if (refusal !== null) return { kind: 'refused', refusal };
      const item = complete(source, newId);
      const at = after === undefined || after === null ? items.length : after === 'root' ? 0 : indexOf(after) + 1;
      items.splice(at, 0, item);
      return { kind: 'inserted', item, previousItemId: items[at - 1]?.id ?? null };
    },
    put(item) {
      const at = indexOf(item.id);
      if (at === -1) items.push(item);
      else items[at] = item;
      return items[(at === -1 ? items.length - 1 : at) - 1]?.id ?? null;
    },
    remove(id) {
      const at = indexOf(id);
      if (at !== -1) items.splice(at, 1);
      return at !== -1;
    },
  };
}

function complete(source: ClientItem, newId: (prefix: string) => string): Item {
  const base = { id: source.id ?? newId('item'), object: 'realtime.item' as const, status: 'completed' as const };
  if (source.type === 'function_call') return { ...source, call_id: source.call_id ?? newId('call'), ...base };
  return { ...source, ...base };
}
