import { InvalidArgumentError } from 'commander';
import { z } from 'zod';

/* What stands behind spark-db's commands, as commander wants it: the value, or an InvalidArgumentError in words. */

/** `2026-11-23`. */
export function parseDay(value: string): string {
  if (!z.iso.date().safeParse(value).success) throw new InvalidArgumentError('A day is written YYYY-MM-DD.');
  return value;
}

/** A UTC day or an ISO 8601 time, as ISO 8601 in UTC. */
export function parseTime(value: string): string {
  const time = z.union([z.iso.date(), z.iso.datetime({ offset: true })]).safeParse(value);
  if (!time.success) throw new InvalidArgumentError('A time is written YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ.');
  return new Date(time.data).toISOString();
}

export const parseMonths = (value: string): number => parseWhole(value, 24, 'months');
export const parseSeconds = (value: string): number => parseWhole(value, 86_400, 'seconds');
export const parseLimit = (value: string): number => parseWhole(value, 100_000, 'lines');

function parseWhole(value: string, max: number, what: string): number {
  const number = z.coerce.number().pipe(z.int().min(0).max(max)).safeParse(value);
  if (!number.success) throw new InvalidArgumentError(`Between 0 and ${max} ${what}.`);
  return number.data;
}
