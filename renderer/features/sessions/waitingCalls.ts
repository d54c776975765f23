import type { OpenSession } from './projection.ts';

const known = new WeakMap<OpenSession['calls'], readonly string[]>();

/**
 * Ids of the calls that wait for the person. For a selector: the same calls give the same list, so a piece of an answer
 * neither looks through them again nor renders what shows them.
 */
export function waitingCalls({ calls }: Pick<OpenSession, 'calls'>): readonly string[] {
  const found = known.get(calls);
  if (found !== undefined) return found;
  const ids: string[] = [];
  for (const { callId, state } of calls.values()) if (state === 'awaiting_approval') ids.push(callId);
  known.set(calls, ids);
  return ids;
}
