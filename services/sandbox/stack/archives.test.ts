import { deflateRawSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTarEntry } from './tar.ts';
import { readZipEntry } from './zip.ts';

/** A zip as `zip` writes it: local headers with data, central directory, end record. */
function makeZip(files: readonly { name: string; bytes: Uint8Array; stored: boolean }[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, stored } of files) {
    const packed = stored ? Buffer.from(bytes) : deflateRawSync(bytes);
    const nameBytes = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(stored ? 0 : 8, 8);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(bytes.length, 22);
    local.writeUInt16LE(nameBytes.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(stored ? 0 : 8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(bytes.length, 24);
    entry.writeUInt16LE(nameBytes.length, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, nameBytes, packed);
    central.push(entry, nameBytes);
    offset += 30 + nameBytes.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...central, end]);
}

function makeTar(files: readonly { name: string; bytes: Uint8Array }[]): Buffer {
  const blocks = files.flatMap(({ name, bytes }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('0', 156);
    return [header, Buffer.from(bytes), Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

const bytes = fc.uint8Array({ minLength: 1, maxLength: 2_000 });

describe('reading one file of an archive', () => {
  test('whatever bytes were put into a zip come out, stored or deflated', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.boolean(), (first, second, stored) => {
        const zip = makeZip([
          { name: 'a/readme', bytes: first, stored: !stored },
          { name: 'a.data/scripts/tool', bytes: second, stored },
        ]);
        expect(readZipEntry(zip, '/tool')?.equals(second)).toBe(true);
      }),
    );
  });

  test('whatever bytes were put into a tar come out', () => {
    fc.assert(
      fc.property(bytes, bytes, (first, second) => {
        const tar = makeTar([
          { name: 'v1/LICENSE', bytes: first },
          { name: 'v1/tool', bytes: second },
        ]);
        expect(readTarEntry(tar, 'tool')?.equals(second)).toBe(true);
      }),
    );
  });

  test('a file that is not there, and bytes that are no archive, give nothing', () => {
    expect(readZipEntry(makeZip([]), '/tool')).toBeUndefined();
    expect(readZipEntry(Buffer.from('no zip'), '/tool')).toBeUndefined();
    expect(readTarEntry(makeTar([]), 'tool')).toBeUndefined();
  });
});
