import { z } from 'zod';
import { errorInfoSchema } from './views.ts';

/**
 * What travels over the WebSocket, and (as plain objects) over Electron IPC. Errors are answers, never rejections.
 * A response whose `output.bytes` is a Uint8Array travels as one binary message: 4 bytes big-endian length of the JSON
 * head, the JSON head (its `output` without `bytes`), then the bytes.
 */
export const requestFrameSchema = z.strictObject({
  kind: z.literal('request'),
  id: z.int().nonnegative(),
  route: z.string().min(1).max(64),
  input: z.unknown(),
});
export type RequestFrame = z.infer<typeof requestFrameSchema>;

export const responseFrameSchema = z.discriminatedUnion('ok', [
  z.object({ kind: z.literal('response'), id: z.int(), ok: z.literal(true), output: z.unknown() }),
  z.object({ kind: z.literal('response'), id: z.int(), ok: z.literal(false), error: errorInfoSchema }),
]);
export type ResponseFrame = z.infer<typeof responseFrameSchema>;

export const pushFrameSchema = z.object({ kind: z.literal('push'), name: z.string(), payload: z.unknown() });
export type PushFrame = z.infer<typeof pushFrameSchema>;

/** The result of one request as both transports hand it to the window. */
export type ApiResult<T> =
  { readonly ok: true; readonly output: T } | { readonly ok: false; readonly error: z.infer<typeof errorInfoSchema> };

/** Largest frame a transport accepts from the window, in bytes: a message with four images of 1 MiB in base64. */
export const maxRequestBytes = 8 * 1024 * 1024;

const isBinaryOutput = (output: unknown): output is { bytes: Uint8Array } =>
  typeof output === 'object' && output !== null && 'bytes' in output && output.bytes instanceof Uint8Array;

/** Encodes a response or a push; binary when the output carries bytes. */
export function encodeFrame(frame: ResponseFrame | PushFrame): string | Uint8Array<ArrayBuffer> {
  if (frame.kind !== 'response' || !frame.ok || !isBinaryOutput(frame.output)) return JSON.stringify(frame);
  const { bytes, ...rest } = frame.output;
  const head = new TextEncoder().encode(JSON.stringify({ ...frame, output: rest }));
  const message = new Uint8Array(4 + head.length + bytes.length);
  new DataView(message.buffer).setUint32(0, head.length);
  message.set(head, 4);
  message.set(bytes, 4 + head.length);
  return message;
}

/** Decodes what `encodeFrame` made. Throws a SyntaxError or a ZodError when it is not such a frame. */
export function decodeFrame(message: string | Uint8Array): ResponseFrame | PushFrame {
  if (typeof message === 'string') {
    return z.union([responseFrameSchema, pushFrameSchema]).parse(JSON.parse(message));
  }
  const headLength = new DataView(message.buffer, message.byteOffset, message.byteLength).getUint32(0);
  const head = responseFrameSchema.parse(JSON.parse(new TextDecoder().decode(message.subarray(4, 4 + headLength))));
  if (!head.ok || typeof head.output !== 'object' || head.output === null)
    throw new SyntaxError('A binary frame must be an ok response.');
  return { ...head, output: { ...head.output, bytes: message.slice(4 + headLength) } };
}
