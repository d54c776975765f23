import type { Random } from '../../random.ts';
import type { World } from '../world.ts';

/** Two faults of one round never take hold of the same part, so that each can be ended by itself. */
export type Part =
  | 'consumers'
  | 'publisher'
  | 'nats'
  | 'stream'
  | 'dead_letters'
  | 'primary'
  | 'settings'
  | 'replica'
  | 'to_nats'
  | 'to_postgres';

/** A fault with every choice made. `begin` and `end` are tried again while a server is away because of the other fault. */
export interface DrawnFault {
  readonly kind: string;
  readonly holds: readonly Part[];
  /** Its choices for a person. */
  readonly words: string;
  readonly begin: (world: World) => Promise<void>;
  readonly end: (world: World) => Promise<void>;
}

/** Makes the choices of one fault; the same random values give the same fault. */
export type FaultKind = (random: Random) => Omit<DrawnFault, 'kind'>;
