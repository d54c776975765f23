import { doubleJump } from './doubleJump.ts';
import { addField, renameIdentifier } from './names.ts';
import { sprint } from './sprint.ts';
import { tuneNumber } from './tuning.ts';
import type { Change, ChangeReader } from './types.ts';

const readers: readonly ChangeReader[] = [renameIdentifier, doubleJump, sprint, addField, tuneNumber];

/** Every change that a request asks for, in the order in which they are made. */
export function changesIn(request: string): Change[] {
  return readers.flatMap((read) => read(request) ?? []);
}

/** What it can change, for the answer to "what can you do" and for wishes it does not understand. */
export const knownChanges =
  '"make it faster", "set jumpHeight to 3", "add double jump", "add sprint", "rename moveSpeed to walkSpeed" or "add a field called lives of type int"';
