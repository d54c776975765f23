import type { EventRow } from '../../database/index.ts';

/** What the metrics need of a batch, counted while it is encoded: its events are not kept. */
export interface Tally {
  readonly count: (row: Pick<EventRow, 'type' | 'occurredMs' | 'recordedMs'>, hasTables: boolean) => void;
  readonly events: () => number;
  /** Events by type. */
  readonly types: ReadonlyMap<string, number>;
  /** Those of them that are in `spark_events` alone, by type. */
  readonly keptWhole: ReadonlyMap<string, number>;
  /** Of at most 100 events, evenly spread over the batch. */
  readonly samples: readonly Pick<EventRow, 'occurredMs' | 'recordedMs'>[];
}

const mostSamples = 100;

/** `most`: events that will be counted at most. */
export function makeTally(most: number): Tally {
  const step = Math.ceil(most / mostSamples);
  const types = new Map<string, number>();
  const keptWhole = new Map<string, number>();
  const samples: Pick<EventRow, 'occurredMs' | 'recordedMs'>[] = [];
  let events = 0;
  return {
    count({ type, occurredMs, recordedMs }, hasTables) {
      types.set(type, (types.get(type) ?? 0) + 1);
      if (!hasTables) keptWhole.set(type, (keptWhole.get(type) ?? 0) + 1);
      if (events % step === 0) samples.push({ occurredMs, recordedMs });
      events += 1;
    },
    events: () => events,
    types,
    keptWhole,
    samples,
  };
}
