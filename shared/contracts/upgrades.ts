import type { EventType } from './events.ts';

/** The fields of an event of one schema version, not checked yet, as the next version has them. May throw. */
export type EventUpgrade = (event: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/**
 * What became different in a type's fields: the n-th entry leads from version n to n + 1; none where nothing changed.
 * Rows keep the bytes that were sent; what goes into the typed tables is upgraded. Version 1 is the only one so far.
 */
export const eventUpgrades: Readonly<Partial<Record<EventType, readonly (EventUpgrade | undefined)[]>>> = {};
