import { call, say, type Planner } from '../../../sandbox/realtime/index.ts';

/** What the developer asks for in a round; the model does as the first word says. */
export type Ask = 'talk' | 'work' | 'ping';

export interface PlannedCall {
  readonly callId: string;
  /** A declaration that the call adds to the shared file; null for the others. */
  readonly line: string | null;
  /** A file that the call makes; null for the others. */
  readonly path: string | null;
}

export const sharedPath = 'Assets/Scripts/Shared.cs';
export const sharedScript = 'public class Shared\n{\n    // end\n}\n';

export const askText = (ask: Ask, token: string): string => `${ask} ${token}`;
export const pongText = (token: string): string => `pong ${token}`;

/**
 * The model of this test: talks for a second, or talks and calls reads and writes side by side, twice. Each call that it
 * ever asks for has an id and a token of its own, so that what became of it can be found in the files and in Unity's log.
 */
export function makeScript(): { readonly planner: Planner; readonly planned: ReadonlyMap<string, PlannedCall> } {
  const planned = new Map<string, PlannedCall>();
  let count = 0;

  function plan(name: string, args: Record<string, unknown>, made: Partial<PlannedCall> = {}) {
    const callId = `call_chaos_${(count += 1)}`;
    planned.set(callId, { callId, line: null, path: null, ...made });
    return call(name, args, callId);
  }
  function planPatch() {
    const line = `int line${count + 1};`;
    const edits = [{ search: '    // end\n', replace: `    ${line}\n    // end\n` }];
    return plan('applyUnityPatch', { path: sharedPath, edits, reason: line }, { line });
  }
  function planScript() {
    const name = `Chaos${count + 1}`;
    const path = `Assets/Scripts/${name}.cs`;
    return plan('generateUnityScript', { prompt: name, name, contents: `public class ${name}\n{\n}\n` }, { path });
  }

  const planner: Planner = ({ items }) => {
    const at = items.findLastIndex((item) => item.type === 'message' && item.role === 'user');
    const [ask, token = ''] = textOf(items[at]).split(' ');
    const answered = items.slice(at).filter((item) => item.type === 'function_call_output').length;
    if (ask === 'ping') return [say(pongText(token))];
    if (ask === 'talk') return [say(words(token, 220))];
    if (answered === 0) {
      return [say(words(token, 15)), plan('readUnityConsole', {}), planPatch(), planScript(), planPatch()];
    }
    if (answered <= 4) return [planScript(), plan('readUnityScript', { path: sharedPath }), planPatch()];
    return [say(words(token, 40))];
  };
  return { planner, planned };
}

const words = (token: string, length: number): string =>
  Array.from({ length }, (_, n) => (n % 10 === 0 ? token : `word${n}`)).join(' ');

function textOf(item: Parameters<Planner>[0]['items'][number] | undefined): string {
  if (item?.type !== 'message') return '';
  return item.content.map((part) => ('text' in part ? part.text : '')).join('');
}
