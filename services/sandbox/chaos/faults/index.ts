import type { Random } from '../../random.ts';
import { databaseFaults } from './database.ts';
import { networkFaults } from './network.ts';
import { processFaults } from './processes.ts';
import { streamFaults } from './stream.ts';
import type { DrawnFault, FaultKind } from './types.ts';

export type { DrawnFault } from './types.ts';

const kinds: Readonly<Record<string, FaultKind>> = {
  ...processFaults,
  ...networkFaults,
  ...databaseFaults,
  ...streamFaults,
};
export const faultKinds: readonly string[] = Object.keys(kinds);

export const drawFault = (kind: string, random: Random): DrawnFault => {
  const draw = kinds[kind];
  if (draw === undefined) throw new RangeError(`No fault is called ${kind}. There are: ${faultKinds.join(', ')}.`);
  return { kind, ...draw(random) };
};
