import { z } from 'zod';
import type { UsageSum } from '../../../shared/contracts/index.ts';

/** Which responses are summed. A day is a UTC day, `YYYY-MM-DD`. */
export type UsagePart =
  | { readonly sessionId: string; readonly messageId?: string }
  | { readonly day: string }
  | { readonly projectHash: string };

export interface Condition {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Each finds its rows by an index of its own. */
export function conditionOf(part: UsagePart): Condition {
  if ('day' in part) {
    const next = new Date(Date.parse(`${part.day}T00:00:00.000Z`) + 86_400_000).toISOString().slice(0, 10);
    return { sql: 'created_at >= :day AND created_at < :next', parameters: { day: part.day, next } };
  }
  if ('projectHash' in part) return { sql: 'project_hash = :project', parameters: { project: part.projectHash } };
  if (part.messageId === undefined) return { sql: 'session_id = :session', parameters: { session: part.sessionId } };
  return {
    sql: 'session_id = :session AND message_id = :message',
    parameters: { session: part.sessionId, message: part.messageId },
  };
}

const field = (name: string): string => `coalesce(usage ->> '$.${name}', 0)`;
/** What the service did not split by modality is text, as it is priced. */
const rest = (total: string, ...known: readonly string[]): string =>
  `max(0, ${field(total)} - ${known.map(field).join(' - ')})`;
const sumAs = (name: string, expression: string): string => `coalesce(sum(${expression}), 0) AS ${name}`;

export const sumColumns = [
  'count(*) AS responses',
  'count(cost_micro_usd) AS priced',
  'sum(cost_micro_usd) AS cost',
  sumAs('input_text', rest('inputTokens', 'inputAudioTokens', 'inputImageTokens')),
  sumAs('input_audio', field('inputAudioTokens')),
  sumAs('input_image', field('inputImageTokens')),
  sumAs('cached_text', rest('cachedTokens', 'cachedAudioTokens', 'cachedImageTokens')),
  sumAs('cached_audio', field('cachedAudioTokens')),
  sumAs('cached_image', field('cachedImageTokens')),
  sumAs('output_text', rest('outputTokens', 'outputAudioTokens')),
  sumAs('output_audio', field('outputAudioTokens')),
].join(', ');

export const sumRowFields = {
  responses: z.int(),
  priced: z.int(),
  cost: z.int().nullable(),
  input_text: z.int(),
  input_audio: z.int(),
  input_image: z.int(),
  cached_text: z.int(),
  cached_audio: z.int(),
  cached_image: z.int(),
  output_text: z.int(),
  output_audio: z.int(),
};
export const sumRow = z.object(sumRowFields);

const nothing: z.infer<typeof sumRow> = {
  responses: 0,
  priced: 0,
  cost: 0,
  input_text: 0,
  input_audio: 0,
  input_image: 0,
  cached_text: 0,
  cached_audio: 0,
  cached_image: 0,
  output_text: 0,
  output_audio: 0,
};

/** Null as cost only where there are responses and none of them has a price. */
export const toSum = (row: z.infer<typeof sumRow> = nothing): UsageSum => ({
  responses: row.responses,
  costMicroUsd: row.responses === 0 ? 0 : row.cost,
  unpricedResponses: row.responses - row.priced,
  tokens: {
    input: { text: row.input_text, audio: row.input_audio, image: row.input_image },
    cached: { text: row.cached_text, audio: row.cached_audio, image: row.cached_image },
    output: { text: row.output_text, audio: row.output_audio },
  },
});
