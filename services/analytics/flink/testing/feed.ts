import { createHash } from 'node:crypto';
import { ensureMonths, insertEvents, type Database, type EventRow } from '../../../../database/index.ts';

const types = ['function_call', 'usage', 'telemetry', 'function_call', 'build.unity.completed'] as const;
const states = ['succeeded', 'failed', 'running', 'succeeded', 'denied', 'cancelled'] as const;

/**
 * An event as the consumer stores it: number `n` of a run, recorded at that moment. The app's own clock, `occurred_at`, is
 * wrong by up to 20 h in both directions. The same `n` and moment are the same event.
 */
export function eventAt(n: number, recordedMs: number): EventRow {
  const hash = createHash('md5').update(`${n} ${recordedMs}`).digest('hex');
  const id = hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const type = types[n % types.length] ?? 'telemetry';
  return {
    eventId: id,
    sessionId: id,
    seq: n,
    type,
    callId: null,
    userId: n % 4 === 0 ? null : `user-${n % 3}`,
    recordedMs,
    occurredMs: recordedMs + ((n % 41) - 20) * 3_600_000,
    payload: Buffer.from(JSON.stringify(payloadOf(type, n))),
  };
}

function payloadOf(type: string, n: number): Record<string, unknown> {
  if (type === 'function_call') {
    const state = states[n % states.length] ?? 'succeeded';
    // Every bucket, the open one too; some calls have no duration.
    const durationMs = n % 17 === 0 ? undefined : 40 * 1.5 ** (n % 23);
    return { name: `function-${n % 3}`, state, durationMs };
  }
  // What a schema from the future may look like: nothing of it may stop the job.
  if (n % 29 === 0) return { model: { name: 'm' }, inputTokens: 'many', name: 7, state: null };
  const tokens = { inputTokens: n * 10, cachedTokens: n, outputTokens: n * 3 };
  return { provider: 'openai', model: `model-${n % 2}`, ...tokens, costMicroUsd: n % 5 === 0 ? undefined : n * 100 };
}

/**
 * Writes them as the consumer does, a few per transaction. Those that are there already change nothing. A transaction
 * stores in the order of the apps' clocks, which is none: all of a long one would be out of order by its whole length.
 */
export async function storeEvents(database: Database, rows: readonly EventRow[], perTransaction = 5): Promise<void> {
  for (let at = 0; at < rows.length; at += perTransaction) {
    const some = rows.slice(at, at + perTransaction);
    await database.write(async (client) => {
      await ensureMonths(
        client,
        some.map(({ occurredMs }) => new Date(occurredMs).toISOString()),
      );
      await insertEvents(client, some);
    });
  }
}
