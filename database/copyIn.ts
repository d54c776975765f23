import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/**
 * Sends `bytes` to a `COPY … FROM STDIN`. One chunk, which the stream sends as one CopyData message. Rejects with pg's
 * own errors. Not on a pipelined connection: pg refuses COPY there.
 */
export function copyIn(client: PoolClient, text: string, bytes: Buffer): Promise<void> {
  const stream = client.query(copyFrom(text));
  return new Promise<void>((resolve, reject) => {
    stream.once('error', reject).once('finish', resolve).end(bytes);
  });
}
