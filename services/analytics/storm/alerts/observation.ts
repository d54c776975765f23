import type { SparkEvent } from '../../../../shared/contracts/index.ts';

/** What rules look at. `atMs` is the stream's own time, in milliseconds since 1970, never a clock of an app. */
export type Observation =
  | {
      readonly kind: 'call';
      readonly atMs: number;
      readonly name: string;
      readonly user: string;
      readonly failed: boolean;
      readonly durationMs: number | null;
    }
  | {
      readonly kind: 'build';
      readonly atMs: number;
      readonly target: string;
      readonly user: string;
      readonly failed: boolean;
    }
  | {
      readonly kind: 'cost';
      readonly atMs: number;
      readonly model: string;
      readonly user: string;
      readonly microUsd: number;
    }
  /** How many dead letters there ever were: the stream's last sequence. */
  | { readonly kind: 'dead_letters'; readonly atMs: number; readonly total: number }
  /** Where a durable consumer stands. */
  | {
      readonly kind: 'durable';
      readonly atMs: number;
      readonly name: string;
      readonly lag: number;
      readonly ackFloorSeq: number;
    };

export type ObservationOf<K extends Observation['kind']> = Extract<Observation, { readonly kind: K }>;

/** Who caused an event that does not say so. */
const unknownUser = '(unknown)';

/**
 * What an event means to rules; null for most. A call that was denied or cancelled is a person's decision and neither a
 * success nor a failure; a response without a price costs nothing that is known.
 */
export function observationOf(event: SparkEvent, atMs: number): Observation | null {
  const user = event.userId ?? unknownUser;
  if (event.type === 'function_call') {
    if (event.state !== 'succeeded' && event.state !== 'failed') return null;
    const { name, durationMs = null } = event;
    return { kind: 'call', atMs, user, name, failed: event.state === 'failed', durationMs };
  }
  if (event.type === 'build.unity.completed' || event.type === 'build.unity.failed') {
    return { kind: 'build', atMs, user, target: event.target, failed: event.type === 'build.unity.failed' };
  }
  if (event.type === 'usage' && event.costMicroUsd !== undefined) {
    return { kind: 'cost', atMs, user, model: event.model, microUsd: event.costMicroUsd };
  }
  return null;
}
