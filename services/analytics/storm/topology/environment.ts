import { readEnvironment } from '../../../../shared/node/config/index.ts';
import { engineEnvironment } from '../../engine/process.ts';
import { taskVariables } from '../multilang/variables.ts';

/** For Storm: what an engine gets, and of ours what spout and bolts read, which inherit it. `over` goes before both. */
export function stormEnvironment(over: Readonly<Record<string, string>> = {}): Record<string, string> {
  const own = readEnvironment();
  const passed = taskVariables.flatMap((name) => {
    const value = own[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return engineEnvironment({ ...Object.fromEntries(passed), ...over });
}
