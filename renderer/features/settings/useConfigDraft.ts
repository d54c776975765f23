import { useEffect, useState } from 'react';
import { ProgramContext, useTyped, type ConfigValues } from '../program/index.ts';

/** Time after the last letter before the values are checked. */
const pauseMs = 250;

export interface ConfigDraft {
  readonly values: ConfigValues;
  readonly problems: Readonly<Record<string, string>>;
  readonly isChanged: boolean;
  /** Nothing is wrong with what is typed now. */
  readonly isValid: boolean;
  readonly set: (name: string, value: string | null) => void;
  readonly clear: () => void;
  /** As `Typed.sending`. */
  readonly sending: () => () => boolean;
}

/**
 * What was typed and not kept yet, checked by the program itself as it is typed. `part` names the form: it is still there
 * when another part was looked at meanwhile; in memory only, because keys may be among it.
 */
export function useConfigDraft(part: string): ConfigDraft {
  const { check } = ProgramContext.useHandle();
  const { texts: values, type, forget, sending } = useTyped(part);
  const [checked, setChecked] = useState<{ values: ConfigValues; problems: Readonly<Record<string, string>> }>({
    values,
    problems: {},
  });
  useEffect(() => {
    let isOver = false;
    const ask = async (): Promise<void> => {
      const problems = await check(values);
      if (!isOver) setChecked({ values, problems });
    };
    const timer = setTimeout(() => void ask(), pauseMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [check, values]);
  const isChanged = Object.keys(values).length > 0;
  return {
    values,
    problems: checked.problems,
    isChanged,
    isValid: checked.values === values && Object.keys(checked.problems).length === 0,
    set: type,
    clear: forget,
    sending,
  };
}
