import { deadLetterStreamName } from '../../../shared/contracts/index.ts';
import { readHeads, readStream, type NatsLink } from '../../../shared/node/messaging/index.ts';
import { toDeadLetter, type DeadLetter } from './deadLetter.ts';

/** All that is given must hold. */
export interface DeadLetterFilter {
  readonly reasons?: readonly string[];
  /** The original subject; `*` and `>` as NATS has them. */
  readonly subject?: string;
  readonly type?: string;
  readonly sessionId?: string;
  /** Of the last failure. */
  readonly since?: Date;
  readonly until?: Date;
  readonly ids?: readonly number[];
}

const pageSize = 1_000;

/**
 * The dead letters that match, oldest first, page by page. What arrives after the first page was asked for is left out,
 * so that a replay whose messages fail again comes to an end. Rejects with a DependencyError.
 */
export async function* findDeadLetters(link: NatsLink, filter: DeadLetterFilter): AsyncGenerator<DeadLetter> {
  const { lastSeq } = await readStream(link, deadLetterStreamName);
  const ids = filter.ids ?? [];
  const to = ids.length === 0 ? lastSeq : Math.min(lastSeq, Math.max(...ids));
  let from = ids.length === 0 ? 1 : Math.min(...ids);
  while (from <= to) {
    const heads = await readHeads(link, deadLetterStreamName, {
      subject: `dlq.${filter.subject ?? (filter.type === undefined ? '>' : `spark.${filter.type}.*`)}`,
      from,
      to,
      max: pageSize,
    });
    for (const letter of heads.map(toDeadLetter)) if (matches(letter, filter)) yield letter;
    const last = heads.at(-1);
    if (last === undefined || heads.length < pageSize) return;
    from = last.seq + 1;
  }
}

export function matches(letter: DeadLetter, filter: DeadLetterFilter): boolean {
  const { reasons, type, sessionId, since, until, ids } = filter;
  const failedAt = Date.parse(letter.lastFailedAt);
  return (
    (reasons === undefined || reasons.includes(letter.reason)) &&
    (type === undefined || letter.type === type) &&
    (sessionId === undefined || letter.sessionId?.toLowerCase() === sessionId.toLowerCase()) &&
    (since === undefined || failedAt >= since.getTime()) &&
    (until === undefined || failedAt < until.getTime()) &&
    (ids === undefined || ids.includes(letter.id))
  );
}
