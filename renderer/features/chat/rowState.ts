import { createContext, use, useState } from 'react';

/**
 * What a row of the conversation keeps while it is scrolled out of sight and is not in the page: whether it is open, what
 * is typed in it. Of one session; see `places.ts`.
 */
export const RowStateContext = createContext<Map<string, string>>(new Map());

/** As `useState`, for a text that outlives the row's element. `key` is unique within the session. */
export function useRowText<T extends string>(key: string, initial: T): readonly [string, (value: T) => void] {
  const kept = use(RowStateContext);
  const [value, setValue] = useState<string>(() => kept.get(key) ?? initial);
  return [
    value,
    (next) => {
      kept.set(key, next);
      setValue(next);
    },
  ];
}

/** As `useRowText`, for what is open or closed. */
export function useRowFlag(key: string): readonly [boolean, (value: boolean) => void] {
  const [value, setValue] = useRowText<'' | 'on'>(key, '');
  return [value === 'on', (next) => setValue(next ? 'on' : '')];
}
