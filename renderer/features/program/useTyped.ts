import { useState } from 'react';
import { ProgramContext, type ConfigValues } from './programStore.ts';

export interface Typed {
  /** What was typed, by field; a field that nobody touched is not in it. */
  readonly texts: ConfigValues;
  readonly type: (field: string, text: string | null) => void;
  /** It is saved, or not wanted any more. */
  readonly forget: () => void;
}

/** What was typed into a form and not saved: still there when another part or screen was looked at meanwhile. */
export function useTyped(form: string): Typed {
  const { typed } = ProgramContext.useHandle();
  const [texts, setTexts] = useState<ConfigValues>(() => typed.get(form) ?? {});
  return {
    texts,
    type(field, text) {
      const next = { ...texts, [field]: text };
      typed.set(form, next);
      setTexts(next);
    },
    forget() {
      typed.delete(form);
      setTexts({});
    },
  };
}
