import type { Send } from './object.ts';

/** Lets events through until it is told to shuffle; `response.done` stays the last. */
export interface Shuffler {
  readonly send: Send;
  readonly start: (group: number) => void;
}

/** The shuffle is the same each time: within a group the second half comes first, each half backwards. */
export function makeShuffler(send: Send): Shuffler {
  let group = 0;
  let held: Parameters<Send>[] = [];
  const flush = (): void => {
    const half = Math.floor(held.length / 2);
    const shuffled = [...held.slice(half).toReversed(), ...held.slice(0, half).toReversed()];
    held = [];
    for (const event of shuffled) send(...event);
  };
  return {
    send(type, fields) {
      if (group === 0) return send(type, fields);
      if (type !== 'response.done') held.push([type, fields]);
      if (held.length >= group || type === 'response.done') flush();
      if (type === 'response.done') send(type, fields);
    },
    start: (size) => {
      group = size;
    },
  };
}
