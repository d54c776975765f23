import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { InvariantError } from '../../../shared/errors/index.ts';
import type { JournalDatabase } from './database.ts';

/** Contents by the SHA-256 of their bytes, each kept once. Text is deflated; images are kept as they are. */
export interface BlobStore {
  /** Returns the key. Keeping the same bytes again changes nothing. */
  readonly keepText: (text: string) => string;
  readonly keepBytes: (bytes: Uint8Array) => string;
  readonly readText: (sha256: string) => string;
  /** Null when retention has dropped it. */
  readonly readBytes: (sha256: string) => Uint8Array | null;
}

const blobRow = z.object({ encoding: z.enum(['raw', 'deflate']), bytes: z.instanceof(Uint8Array) });

export const sha256Of = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
export const packJson = (value: unknown): Uint8Array => deflateRawSync(JSON.stringify(value));
export const unpackJson = (bytes: Uint8Array): unknown => JSON.parse(inflateRawSync(bytes).toString('utf8'));

export function makeBlobStore(db: JournalDatabase): BlobStore {
  function keep(content: Uint8Array, encoding: 'raw' | 'deflate'): string {
    const sha256 = sha256Of(content);
    if (db.get('SELECT 1 AS found FROM blobs WHERE sha256 = :sha256', z.object({}), { sha256 }) !== undefined)
      return sha256;
    const bytes = encoding === 'raw' ? content : deflateRawSync(content);
    db.run(
      'INSERT INTO blobs (sha256, encoding, size_bytes, bytes) VALUES (:sha256, :encoding, :size, :bytes) ON CONFLICT DO NOTHING',
      { sha256, encoding, size: content.length, bytes },
    );
    return sha256;
  }
  const readBytes = (sha256: string): Uint8Array | null => {
    const row = db.get('SELECT encoding, bytes FROM blobs WHERE sha256 = :sha256', blobRow, { sha256 });
    if (row === undefined) return null;
    return row.encoding === 'raw' ? row.bytes : inflateRawSync(row.bytes);
  };
  return {
    keepText: (text) => keep(Buffer.from(text, 'utf8'), 'deflate'),
    keepBytes: (bytes) => keep(bytes, 'raw'),
    readText(sha256) {
      const bytes = readBytes(sha256);
      if (bytes === null) throw new InvariantError(`The journal has no content ${sha256}.`);
      return Buffer.from(bytes).toString('utf8');
    },
    readBytes,
  };
}
