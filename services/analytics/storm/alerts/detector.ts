import type { Observation } from './observation.ts';

/** What a rule says of one group at one moment. */
export interface Reading {
  readonly value: number;
  /** From where on it alerts. Of an open alert it stays what it was: the baseline learns what is wrong meanwhile. */
  readonly threshold: number;
  /** The usual value that the threshold was made of; null where there is none (yet). */
  readonly baseline: number | null;
  readonly isOver: boolean;
}

/** One rule's memory. Knows no clock: times come with what it is given. */
export interface Detector {
  /** Takes it in, when it is of its kind; returns the group that is to be read at once, or null: the next tick does. */
  readonly observe: (observation: Observation) => string | null;
  /** Forgets what is too old to matter and returns the groups that are left. */
  readonly groups: (nowMs: number) => Iterable<string>;
  /** `open`: the threshold of this group's open alert. */
  readonly read: (group: string, nowMs: number, open: number | undefined) => Reading;
}

/** Over its threshold; an open alert until the value is below that share of it. */
export const isOver = (value: number, threshold: number, held: { readonly clearAt: number; readonly open: boolean }) =>
  held.open ? value >= threshold * held.clearAt : value >= threshold;

/** The entry of that key, made when it is not there. */
export function entryOf<T>(map: Map<string, T>, key: string, make: () => T): T {
  let entry = map.get(key);
  if (entry === undefined) {
    entry = make();
    map.set(key, entry);
  }
  return entry;
}

/** The group of everything. */
export const wholeGroup = 'all';
