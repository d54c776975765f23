import {
  alertSchema,
  alertStreamName,
  alertSubjectPrefix,
  streamName,
  type Alert,
} from '../../../../shared/contracts/index.ts';
import { DependencyError } from '../../../../shared/errors/index.ts';
import { retryUntilAborted } from '../../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../../shared/node/logging/index.ts';
import {
  findDurable,
  findStream,
  replay,
  type NatsLink,
  type ReplayedMessage,
} from '../../../../shared/node/messaging/index.ts';
import { alertSource } from '../alerts/alert.ts';
import type { Rule } from '../rules/ruleSchema.ts';
import { stormDurable } from '../spout/natsSource.ts';
import { decodeEvent } from '../validate/decodeEvent.ts';
import type { Memory } from './alertBolt.ts';

/** One part of the past that rules need; `subject` has wildcards. */
export interface Past {
  readonly subject: string;
  readonly since: Date;
}

const dayMs = 24 * 60 * 60 * 1_000;

/** How far back the rules look: the longest window with its baseline, the UTC day of budgets, a week of builds in a row. */
export function pastOf(rules: readonly Rule[], nowMs: number): readonly Past[] {
  let callsMs = 0;
  const past: Past[] = [];
  for (const rule of rules)
    if (rule.kind === 'error_rate' || rule.kind === 'latency') callsMs = Math.max(callsMs, rule.window + rule.baseline);
  if (callsMs > 0) past.push({ subject: 'spark.function_call.*', since: new Date(nowMs - callsMs) });
  if (rules.some(({ kind }) => kind === 'budget'))
    past.push({ subject: 'spark.usage.*', since: new Date(Math.floor(nowMs / dayMs) * dayMs) });
  if (rules.some(({ kind }) => kind === 'builds_failed'))
    past.push({ subject: 'spark.build.unity.>', since: new Date(nowMs - 7 * dayMs) });
  return past;
}

/** Of the consumers that read back. */
const name = 'spark-storm-recall';
/** For each of the two; longer than Storm's client takes to connect. A bolt that starts must answer some time. */
const limitOfEachMs = 60_000;

const isPassing = (error: unknown): boolean => error instanceof DependencyError && error.retryable;

/**
 * What a bolt before this one knew, read back from JetStream: first the alerts that were raised and not cleared, then the
 * events that rules look back at, up to the last one that was delivered to the spout. What is not acknowledged of these
 * comes again and is known by its id; what is behind them comes by Storm. The database would be later than the stream, and
 * a worker would need a key to it.
 *
 * Rejects when NATS does not say within a minute which alerts are open: an alert that ended meanwhile would stay open for
 * ever. What NATS refuses for good, and events that cannot be read within a minute, are missing, and the log says what follows.
 */
export async function readMemory(given: {
  readonly link: NatsLink;
  readonly rules: readonly Rule[];
  readonly memory: Memory;
  readonly logger: Logger;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  /** For each of the two. */
  readonly limitMs?: number;
}): Promise<void> {
  const { link, rules, memory, logger, nowMs, limitMs = limitOfEachMs } = given;
  /** Says how many there were; where the reading returns null there is no stream yet, and so nothing to know. */
  async function read(what: string, lost: string, reading: (signal: AbortSignal) => Promise<number | null>) {
    const signal = AbortSignal.any([given.signal, AbortSignal.timeout(limitMs)]);
    const retrying = { signal, isRetryable: isPassing, capMs: 2_000 };
    const count = await retryUntilAborted(async () => {
      await link.ready(signal);
      return await reading(signal);
    }, retrying);
    if (count === null) logger.warn(`there is no stream of ${what} yet: ${lost}`);
    else logger.info({ count }, `read back: ${what}`);
  }
  const tellLost = (what: string, lost: string, error: unknown): void =>
    logger.error({ err: error }, `${what} could not be read back from NATS: ${lost}`);

  const raisedAgain = 'they may be raised again';
  try {
    await read('open alerts', raisedAgain, async (signal) => {
      const stream = await findStream(link, alertStreamName);
      if (stream === null) return null;
      const subject = `${alertSubjectPrefix}.${alertSource}.*`;
      const told: ReplayedMessage[] = [];
      const all = { name, subject, since: new Date(0), toSeq: stream.lastSeq, signal };
      await replay(link, alertStreamName, all, (message) => told.push(message));
      const open = openAfter(told);
      memory.restore(open);
      return open.length;
    });
  } catch (error) {
    if (isPassing(error) || isTimeout(error)) throw notToldWhichAreOpen(error);
    tellLost('open alerts', raisedAgain, error);
  }

  const past = pastOf(rules, nowMs);
  const takenIn = past.map(() => 0);
  const beginNow = 'windows, budgets and rows of builds begin now';
  try {
    await read('events', beginNow, async (signal) => {
      const durable = await findDurable(link, stormDurable);
      const toSeq = durable?.deliveredSeq ?? (await findStream(link, streamName))?.lastSeq;
      if (toSeq === undefined) return null;
      let count = 0;
      for (const [at, { subject, since }] of past.entries())
        count += await replay(link, streamName, { name, subject, since, toSeq, signal }, (message) => {
          // A second try begins again, and what was taken in stays so.
          if (message.seq <= (takenIn[at] ?? 0)) return;
          takenIn[at] = message.seq;
          const verdict = decodeEvent(message);
          if (verdict.kind === 'event') memory.remember(verdict.event, message.timeMs);
        });
      return count;
    });
  } catch (error) {
    tellLost('events', beginNow, error);
  }
}

/** The reason of a signal whose time is over. */
const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError';

const notToldWhichAreOpen = (cause: unknown): DependencyError =>
  new DependencyError(
    'nats_unavailable',
    'NATS did not say which alerts are open. Nothing is lost: the bolt ends, and Storm starts it again.',
    { retryable: true, cause },
  );

/** Which alerts are open when these were told, in this order; what is no alert is not ours to judge. */
export function openAfter(told: readonly Pick<ReplayedMessage, 'data'>[]): readonly Alert[] {
  const open = new Map<string, Alert>();
  for (const { data } of told) {
    const alert = readAlert(data);
    if (alert === null) continue;
    const key = JSON.stringify([alert.ruleId, alert.group]);
    if (alert.state === 'raised') open.set(key, alert);
    else if (open.get(key)?.alertId === alert.alertId) open.delete(key);
  }
  return [...open.values()];
}

function readAlert(data: Uint8Array): Alert | null {
  try {
    return alertSchema.safeParse(JSON.parse(new TextDecoder().decode(data))).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
