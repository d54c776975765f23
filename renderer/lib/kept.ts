import type { WindowStorage } from './windowStore.ts';

/** A few fields of a store that a reload must not lose: plain JSON, of this window alone. */
export interface Kept {
  /** Field by field as it was saved; empty when nothing was, or when it cannot be read. */
  readonly load: () => Readonly<Record<string, unknown>>;
  readonly save: (fields: Readonly<Record<string, unknown>>) => void;
}

/** Nothing is kept. */
export const notKept: Kept = { load: () => ({}), save: () => undefined };

export function makeKept(storage: WindowStorage | undefined, key: string): Kept {
  if (storage === undefined) return notKept;
  return {
    load() {
      try {
        const stored: unknown = JSON.parse(storage.getItem(key) ?? '{}');
        return typeof stored === 'object' && stored !== null ? { ...stored } : {};
      } catch {
        return {};
      }
    },
    save(fields) {
      try {
        storage.setItem(key, JSON.stringify(fields));
      } catch {
        // Storage may be full or forbidden: a reload then begins without it.
      }
    },
  };
}

export const textOr = <T>(value: unknown, otherwise: T): string | T => (typeof value === 'string' ? value : otherwise);
/** Those of `all` that the kept list names. */
export const someOf = <T extends string>(all: readonly T[], value: unknown): ReadonlySet<T> =>
  new Set(Array.isArray(value) ? all.filter((one) => value.includes(one)) : []);
