import { InvalidArgumentError, type Command } from 'commander';
import { z } from 'zod';
import { sessionIdSchema } from '../../../shared/contracts/index.ts';
import type { DeadLetterFilter } from './find.ts';

/** What commander makes of the filter's options. */
export interface FilterOptions {
  readonly reason?: readonly string[];
  readonly subject?: string;
  readonly type?: string;
  readonly session?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly id?: readonly number[];
  readonly limit?: number;
}

/** The same filters for every command that works on several dead letters. */
export const withFilters = (command: Command): Command =>
  command
    .option('--reason <reason...>', 'only these reasons')
    .option('--subject <subject>', 'only this original subject; * and > as NATS has them', parseSubjectFilter)
    .option('--type <type>', 'only this event type, e.g. usage or build.unity.started', parseSubjectFilter)
    .option('--session <uuid>', 'only this session', parseSession)
    .option('--since <when>', 'failed last at or after this: an ISO 8601 time, or 90m, 12h, 3d ago', parseWhen)
    .option('--until <when>', 'failed last before this', parseWhen)
    .option('--id <id...>', 'only these, by the number that `dlq list` shows', collectIds)
    .option('--limit <n>', 'at most so many, oldest first', parseCount);

export const toFilter = ({ reason, subject, type, session, since, until, id }: FilterOptions): DeadLetterFilter => ({
  ...(reason === undefined ? {} : { reasons: reason }),
  ...(subject === undefined ? {} : { subject }),
  ...(type === undefined ? {} : { type }),
  ...(session === undefined ? {} : { sessionId: session }),
  ...(since === undefined ? {} : { since }),
  ...(until === undefined ? {} : { until }),
  ...(id === undefined ? {} : { ids: id }),
});

const agoMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

export function parseWhen(value: string): Date {
  const ago = /^(\d{1,6})([mhd])$/.exec(value);
  if (ago !== null) return new Date(Date.now() - Number(ago[1]) * (agoMs[ago[2] ?? ''] ?? 0));
  const time = z.union([z.iso.datetime({ offset: true }), z.iso.date()]).safeParse(value);
  if (!time.success) throw new InvalidArgumentError('An ISO 8601 time such as 2026-11-23T10:00:00Z, or 90m, 12h, 3d.');
  return new Date(time.data);
}

function parseSubjectFilter(value: string): string {
  if (!/^[^\s.]+(\.[^\s.]+)*$/.test(value)) throw new InvalidArgumentError('Words with a dot between them.');
  return value;
}

function parseSession(value: string): string {
  if (!sessionIdSchema.safeParse(value).success) throw new InvalidArgumentError('A session id is a UUID.');
  return value;
}

export function parseCount(value: string): number {
  const count = z.coerce.number().pipe(z.int().min(1)).safeParse(value);
  if (!count.success) throw new InvalidArgumentError('A whole number from 1.');
  return count.data;
}

const collectIds = (value: string, before: readonly number[] = []): number[] => [...before, parseCount(value)];
