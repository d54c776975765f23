import type { Writable } from 'node:stream';
import { from as copyFrom, type CopyStreamQuery } from 'pg-copy-streams';

/** What COPY needs of a connection of pg. */
export interface CopyConnection {
  readonly query: (stream: CopyStreamQuery) => Writable;
}

/**
 * Sends `bytes` to a `COPY … FROM STDIN`. One chunk, which the stream sends as one CopyData message. Rejects with pg's
 * own errors. Not on a pipelined connection: pg refuses COPY there.
 */
export function copyIn(client: CopyConnection, text: string, bytes: Buffer): Promise<void> {
  const stream = client.query(copyFrom(text));
  return new Promise<void>((resolve, reject) => {
    // It stays listened to: after its time limit the stream says once more that its connection has gone.
    stream.on('error', reject).once('finish', resolve).end(bytes);
  });
}
