import type { IncomingMessage } from 'node:http';

/** The real server takes at most 4 MiB. */
const limitBytes = 4 * 1024 * 1024;

export type RequestBody =
  { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'too_large' } | { readonly kind: 'not_json' };

/** Reads a request body as JSON. */
export async function readRequestBody(request: IncomingMessage): Promise<RequestBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > limitBytes) return { kind: 'too_large' };
    chunks.push(bytes);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return { kind: 'json', value };
  } catch {
    return { kind: 'not_json' };
  }
}
