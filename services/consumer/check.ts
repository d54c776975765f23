import { findMissingGrants, type Database } from '../../database/index.ts';
import { deadLetterStreamName, durableName, streamName } from '../../shared/contracts/index.ts';
import { readDurable, readStream, type NatsLink } from '../../shared/node/messaging/index.ts';

export interface CheckLine {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Tries what the service needs, one line each; never rejects. `timeoutMs` is for each server. */
export async function checkAll(
  needs: { readonly link: NatsLink; readonly database: Database },
  timeoutMs = 5_000,
): Promise<CheckLine[]> {
  const { link, database } = needs;
  const probes: [string, () => Promise<string>][] = [
    ['NATS', () => connected(link, timeoutMs)],
    [`stream ${streamName}`, () => describeStream(link, streamName)],
    [`stream ${deadLetterStreamName}`, () => describeStream(link, deadLetterStreamName)],
    [`consumer ${durableName}`, () => describeDurable(link)],
    ['PostgreSQL primary', () => connectedToPrimary(database)],
    ['PostgreSQL tables and grants', () => readableTables(database)],
  ];
  const lines: CheckLine[] = [];
  for (const [name, probe] of probes) {
    try {
      lines.push({ name, ok: true, detail: await probe() });
    } catch (error) {
      lines.push({ name, ok: false, detail: error instanceof Error ? error.message : String(error) });
    }
  }
  return lines;
}

async function connected(link: NatsLink, timeoutMs: number): Promise<string> {
  await link.ready(AbortSignal.timeout(timeoutMs)).catch((error: unknown) => {
    const status = link.status();
    throw status.kind === 'connecting' ? new Error(status.detail) : error;
  });
  const status = link.status();
  return status.kind === 'connected' ? status.server : status.kind;
}

async function describeStream(link: NatsLink, name: string): Promise<string> {
  const { messages, bytes } = await readStream(link, name);
  return `${messages} messages, ${bytes} bytes`;
}

async function describeDurable(link: NatsLink): Promise<string> {
  const { pending, unacknowledged } = await readDurable(link);
  return `${pending} waiting, ${unacknowledged} unacknowledged`;
}

async function connectedToPrimary(database: Database): Promise<string> {
  const { primary } = await database.health();
  if (!primary.ok) throw new Error(primary.detail);
  return `answers in ${(primary.latencyMs ?? 0).toFixed(1)} ms, timeline ${primary.timeline ?? 'unknown'}`;
}

async function readableTables(database: Database): Promise<string> {
  const missing = await database.write((client) => findMissingGrants(client));
  if (missing.length > 0) throw new Error(`not granted: ${missing.join(', ')}`);
  return 'as this version needs them';
}
