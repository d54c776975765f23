import type { FunctionSettings } from './types.ts';

/**
 * Who may write C# now: `given`, the conversation's model puts all of it into the call; `either`, what it leaves out is
 * written by the code model; `code_model`, always the code model. Asked again for each call, because a person can change it.
 */
export type Authorship = 'given' | 'either' | 'code_model';

export function authorshipOf({ sonnetMode, codeModel }: FunctionSettings): Authorship {
  if (sonnetMode === 'on') return 'code_model';
  return sonnetMode === 'hybrid' && codeModel?.hasKey === true ? 'either' : 'given';
}
