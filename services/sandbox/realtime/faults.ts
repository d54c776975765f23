import { z } from 'zod';

/**
 * How the stand-in can be told to fail, in the midst of a response (`fault`) or at once (`inject`).
 * Of the socket: `terminate` cuts it without a close frame (the client sees 1006), `close` ends it with a code,
 * `half_frame` cuts it in the middle of a frame, `garbage` sends bytes that are no WebSocket frame, `freeze` leaves it
 * open and silent, pings included, `expire` ends the session as the time limit does.
 * Of the stream: `stall` sends nothing more until the response is cancelled, `pause` waits, `raw` sends a text frame
 * exactly as given, `event` an event of any type, `disorder` shuffles the response's further events in groups.
 * Of the response: `fail` and `incomplete` end it, `rate_limited` fails it with the time to wait, `error` is an event
 * beside it. `transcription_failed` is what becomes of the next transcription.
 */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('terminate') }),
  z.strictObject({ kind: z.literal('close'), code: z.int(), reason: z.string().optional() }),
  z.strictObject({ kind: z.literal('half_frame') }),
  z.strictObject({ kind: z.literal('garbage') }),
  z.strictObject({ kind: z.literal('freeze') }),
  z.strictObject({ kind: z.literal('expire') }),
  z.strictObject({ kind: z.literal('stall') }),
  z.strictObject({ kind: z.literal('pause'), ms: z.int().nonnegative() }),
  z.strictObject({ kind: z.literal('raw'), frame: z.string() }),
  z.strictObject({
    kind: z.literal('event'),
    type: z.string(),
    fields: z.record(z.string(), z.unknown()).optional(),
  }),
  z.strictObject({ kind: z.literal('disorder'), group: z.int().min(2) }),
  z.strictObject({ kind: z.literal('fail'), code: z.string(), message: z.string(), type: z.string().optional() }),
  z.strictObject({ kind: z.literal('rate_limited'), retryAfterMs: z.int().positive() }),
  z.strictObject({ kind: z.literal('incomplete'), reason: z.enum(['max_output_tokens', 'content_filter']) }),
  z.strictObject({ kind: z.literal('error'), code: z.string(), message: z.string(), type: z.string().optional() }),
  z.strictObject({ kind: z.literal('transcription_failed') }),
]);
export type Fault = z.infer<typeof faultSchema>;

/** These hit the socket, whatever runs on it. */
export type SocketFault = Extract<
  Fault,
  { kind: 'terminate' | 'close' | 'half_frame' | 'garbage' | 'freeze' | 'expire' }
>;

export function isSocketFault(fault: Fault): fault is SocketFault {
  return ['terminate', 'close', 'half_frame', 'garbage', 'freeze', 'expire'].includes(fault.kind);
}

const planUrl = 'https://platform.openai.com/docs/guides/error-codes/api-errors';
/** The account has no money left: waiting does not help. */
export const outOfMoney: Fault = {
  kind: 'fail',
  type: 'insufficient_quota',
  code: 'insufficient_quota',
  message: `You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: ${planUrl}.`,
};

/** The service's own sentence: the time to wait stands only there. */
export const rateLimitMessage = (model: string, retryAfterMs: number): string =>
  `Rate limit reached for ${model} in organization org-sim on tokens per min (TPM): Limit 200000, Used 200000, Requested 4096. Please try again in ${spanOf(retryAfterMs)}. Visit https://platform.openai.com/account/rate-limits to learn more.`;

/** `20ms`, `1.5s`, `1m26.4s`: as the service writes it. */
function spanOf(ms: number): string {
  if (ms < 1_000) return `${ms}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = `${Number(((ms % 60_000) / 1_000).toFixed(3))}s`;
  return minutes === 0 ? seconds : `${minutes}m${seconds}`;
}
