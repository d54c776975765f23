import { EncodedRows, Projection, type EventRow } from '../../database/index.ts';
import type { SparkEvent } from '../../shared/contracts/index.ts';
import { DependencyError } from '../../shared/errors/index.ts';
import { makeTally, type Tally } from './tally.ts';

/** An event as it was read from its message. */
export interface ReadEvent {
  readonly row: EventRow;
  /** What is projected into typed tables; null for an event that is only kept whole. */
  readonly event: SparkEvent | null;
}

/**
 * What one transaction writes of these items, encoded as soon as each is read. Rows and events are not kept: some thirty
 * objects for each of thousands of events, which the garbage collector copied until the commit, were a quarter of this
 * process's time. Who needs a row again (a duplicate, a half of a refused batch) reads the item again.
 */
export class EncodedBatch<M> {
  readonly items: M[] = [];
  readonly rows = new EncodedRows();
  readonly projection = new Projection();
  readonly tally: Tally;

  /** `most`: items that will be added at most. */
  constructor(most: number) {
    this.tally = makeTally(most);
  }

  /** Returns why a column cannot hold it; the batch is then as it was. */
  add(item: M, { row, event }: ReadEvent): DependencyError | null {
    try {
      this.rows.add(row);
    } catch (error) {
      if (error instanceof DependencyError) return error;
      throw error;
    }
    if (event !== null) this.projection.add(event, isoTime(row.recordedMs));
    this.tally.count(row, event !== null);
    this.items.push(item);
    return null;
  }
}

let lastTime = { ms: Number.NaN, text: '' };

/** The stream stores many messages in one millisecond. */
function isoTime(ms: number): string {
  if (ms !== lastTime.ms) lastTime = { ms, text: new Date(ms).toISOString() };
  return lastTime.text;
}
