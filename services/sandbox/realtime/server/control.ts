import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { faultSchema, type Fault } from '../faults.ts';
import type { Turn } from '../turns.ts';
import type { UpgradeRefusal } from './upgrade.ts';

/** What the control channel can do; the simulator itself offers the same to a program in its process. */
export interface ControlTarget {
  readonly activity: () => unknown;
  readonly log: () => unknown;
  readonly play: (...turns: readonly Turn[]) => void;
  readonly inject: (fault: Fault) => void;
  readonly refuseUpgrades: (refusal: UpgradeRefusal | null) => void;
}

const outputSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text'),
    text: z.string(),
    deltas: z.array(z.string()).exactOptional(),
    burst: z.boolean().exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('call'),
    name: z.string(),
    arguments: z.union([z.string(), z.record(z.string(), z.unknown())]),
    callId: z.string().exactOptional(),
  }),
  z.strictObject({ kind: z.literal('fault'), fault: faultSchema }),
]);
const refusalSchema = z
  .strictObject({
    status: z.int().min(400).max(599),
    code: z.string(),
    message: z.string(),
    retryAfterSeconds: z.int().exactOptional(),
  })
  .nullable();

const maxBodyBytes = 16 * 1024 * 1024;

/**
 * `GET /sim/activity` and `/sim/log`; `POST /sim/play` (an array of turns), `/sim/inject` (a fault) and `/sim/refuse`
 * (a refusal of upgrades, or null). False when the request is for none of these.
 */
export async function control(
  target: ControlTarget,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const reply = (status: number, body: unknown): true => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    return true;
  };
  const wanted = `${request.method} ${request.url}`;
  if (wanted === 'GET /sim/activity') return reply(200, { spans: target.activity() });
  if (wanted === 'GET /sim/log') return reply(200, { log: target.log() });
  if (!['POST /sim/play', 'POST /sim/inject', 'POST /sim/refuse'].includes(wanted)) return false;
  try {
    const body: unknown = JSON.parse(await bodyOf(request));
    if (wanted === 'POST /sim/play') target.play(...z.array(z.array(outputSchema)).parse(body));
    else if (wanted === 'POST /sim/inject') target.inject(faultSchema.parse(body));
    else target.refuseUpgrades(refusalSchema.parse(body));
    return reply(200, { ok: true });
  } catch (error) {
    return reply(400, { ok: false, message: error instanceof Error ? error.message : String(error) });
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBodyBytes) throw new RangeError(`The body is limited to ${maxBodyBytes} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
