import { createContext, use, useState } from 'react';

/**
 * What a row of the conversation keeps while it is scrolled out of sight and is not in the page: whether it is open, what
 * is typed in it. Of one session; see `places.ts`.
 */
export const RowStateContext = createContext<Map<string, string>>(new Map());

/** Whether something in a row is open; it outlives the row's element. `key` is unique within the session. */
export function useRowFlag(key: string): readonly [boolean, (value: boolean) => void] {
  const kept = use(RowStateContext);
  const [value, setValue] = useState(() => kept.get(key) === 'on');
  return [
    value,
    (next) => {
      kept.set(key, next ? 'on' : '');
      setValue(next);
    },
  ];
}
