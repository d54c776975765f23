import type { ClientItem } from './protocol/index.ts';

/**
 * What the conversation of one connection was told since it was opened. The service refuses an item with an `error` that
 * carries the id of its event, and goes on without the item: what must not be lost in silence is known here by that id.
 */
export interface ToldItems {
  /** A new conversation. */
  readonly clear: () => void;
  /** The item is looked after: its refusal is a loss. */
  readonly watch: (item: ClientItem) => void;
  /** The conversation has it, and as far as its refusal goes there is nothing to be done. */
  readonly note: (item: ClientItem) => void;
  readonly hasOutput: (callId: string) => boolean;
  readonly hasMessage: (itemId: string) => boolean;
  /** The service refused an event: what it carried, if it is looked after. */
  readonly refuse: (eventId: string | null | undefined) => 'message' | 'output' | null;
}

export function makeToldItems(): ToldItems {
  const watched = new Map<string, 'message' | 'output'>();
  const outputs = new Set<string>();
  const messages = new Set<string>();

  function note(item: ClientItem): void {
    if (item.type === 'function_call_output') outputs.add(item.call_id);
    else if (item.type === 'message' && item.role === 'user' && item.id !== undefined) messages.add(item.id);
  }

  return {
    clear() {
      watched.clear();
      outputs.clear();
      messages.clear();
    },
    watch(item) {
      note(item);
      const eventId = itemEventId(item);
      if (eventId !== undefined) watched.set(eventId, item.type === 'function_call_output' ? 'output' : 'message');
    },
    note,
    hasOutput: (callId) => outputs.has(callId),
    hasMessage: (itemId) => messages.has(itemId),
    refuse(eventId) {
      if (eventId == null) return null;
      for (const id of messages) if (messageEventId(id) === eventId) messages.delete(id);
      return watched.get(eventId) ?? null;
    },
  };
}

/** The id of the event that puts the item into a conversation; undefined where nothing asks for its refusal. */
export function itemEventId(item: ClientItem): string | undefined {
  if (item.type === 'function_call_output') return `output_${item.call_id}`;
  return item.type === 'message' && item.role === 'user' && item.id !== undefined ? messageEventId(item.id) : undefined;
}

const messageEventId = (itemId: string): string => `message_${itemId}`;
