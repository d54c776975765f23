import { gunzipSync } from 'node:zlib';

const block = 512;

/** The bytes of one regular file of a gzipped tar archive (POSIX ustar), found by its base name, or undefined. */
export function readTarEntry(archive: Buffer, baseName: string): Buffer | undefined {
  const tar = gunzipSync(archive);
  for (let at = 0; at + block <= tar.length && tar[at] !== 0;) {
    const name = text(tar, at, 100);
    const size = Number.parseInt(text(tar, at + 124, 12), 8);
    if (!Number.isSafeInteger(size)) return undefined;
    const start = at + block;
    if (name.split('/').at(-1) === baseName && size > 0) return tar.subarray(start, start + size);
    at = start + Math.ceil(size / block) * block;
  }
  return undefined;
}

const text = (bytes: Buffer, start: number, length: number): string =>
  bytes.toString('utf8', start, start + length).replace(/\0.*$/s, '');
