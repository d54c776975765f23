import { useSyncExternalStore } from 'react';
import { ProgramContext } from './programStore.ts';
import type { ConfigValues } from './typedTexts.ts';

export interface Typed {
  /** What was typed, by field; a field that nobody touched is not in it. */
  readonly texts: ConfigValues;
  readonly type: (field: string, text: string | null) => void;
  /** It is not wanted any more. */
  readonly forget: () => void;
  /** Called before a save; what it gives, called when it is saved, forgets what was sent. False: newer text was kept. */
  readonly sending: () => () => boolean;
}

const nothing: ConfigValues = {};

/** What was typed into a form and not saved: still there when another part or screen was looked at meanwhile. */
export function useTyped(form: string): Typed {
  const { typed } = ProgramContext.useHandle();
  const texts = useSyncExternalStore(typed.subscribe, () => typed.get(form) ?? nothing);
  return {
    texts,
    type: (field, text) => typed.set(form, { ...typed.get(form), [field]: text }),
    forget: () => typed.forget(form),
    sending: () => typed.sending(form),
  };
}
