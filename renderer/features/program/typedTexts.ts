import type { RouteInput } from '../../../shared/contracts/api/index.ts';
import { markSent } from '../../lib/lateSave.ts';

/** Text by field; null takes a value back. */
export type ConfigValues = RouteInput<'config.update'>['values'];

/** What was typed into forms and not saved, by form; in memory only. */
export interface TypedTexts {
  readonly get: (form: string) => ConfigValues | undefined;
  readonly set: (form: string, texts: ConfigValues) => void;
  readonly forget: (form: string) => void;
  /**
   * Called when what is typed is sent; call what it gives when that is saved. Then it is forgotten and the answer is true,
   * unless something was typed meanwhile: that stays, and the answer is false.
   */
  readonly sending: (form: string) => () => boolean;
  /** Calls after every change of any form; gives what ends it. */
  readonly subscribe: (listener: () => void) => () => void;
}

export function makeTypedTexts(): TypedTexts {
  const byForm = new Map<string, ConfigValues>();
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const forget = (form: string): void => {
    if (byForm.delete(form)) tell();
  };
  return {
    get: (form) => byForm.get(form),
    set(form, texts) {
      byForm.set(form, texts);
      tell();
    },
    forget,
    // Every letter makes another object, so the same object is the same text.
    sending: (form) =>
      markSent(
        () => byForm.get(form),
        () => forget(form),
      ),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
