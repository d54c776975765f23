import { open } from 'node:fs/promises';
import { basename, extname } from 'node:path';

/* oxlint-disable no-control-regex -- signatures of binary files have control characters */
/** How a kind of file begins, as Latin-1 text; kinds without a signature of their own (TGA) are not listed. */
const beginnings: readonly (readonly [kind: string, extensions: string, begins: RegExp])[] = [
  ['PNG', 'png', /^\x89PNG\r\n\x1a\n/],
  ['JPEG', 'jpg jpeg', /^\xff\xd8\xff/],
  ['GIF', 'gif', /^GIF8[79]a/],
  ['PSD', 'psd', /^8BPS/],
  ['EXR', 'exr', /^v\/1\x01/],
  ['HDR', 'hdr', /^#\?/],
  ['TIFF', 'tif tiff', /^(?:II[*+]\0|MM\0[*+])/],
  ['GLB', 'glb', /^glTF/],
  ['FBX', 'fbx', /^(?:Kaydara FBX Binary|\s*;)/],
  ['WAV', 'wav', /^(?:RIFF|RF64).{4}WAVE/s],
  ['OGG', 'ogg', /^OggS/],
  ['AIFF', 'aif aiff', /^FORM.{4}AIF[FC]/s],
  ['FLAC', 'flac', /^(?:fLaC|ID3)/],
  ['MP4 or MOV', 'mp4 mov', /^.{4}(?:ftyp|moov|mdat|wide|free|skip)/s],
  ['WebM', 'webm', /^\x1aE\xdf\xa3/],
  ['TrueType or OpenType', 'ttf otf', /^(?:\0\x01\0\0|OTTO|true|ttcf)/],
  ['glTF', 'gltf', /^(?:\xef\xbb\xbf)?\s*\{/],
  ['COLLADA', 'dae', /^(?:\xef\xbb\xbf)?\s*</],
  // Short beginnings, which other files may have by chance, are looked at last.
  ['BMP', 'bmp', /^BM/],
  ['MP3', 'mp3', /^(?:ID3|\xff[\xe0-\xfe])/],
];
/* oxlint-enable no-control-regex */
const texts = 'txt json xml csv yaml md obj';
const headBytes = 4_096;

/** A warning for a file whose first bytes are not of the kind that its name says; null when nothing speaks against it. */
export function contentWarning(file: string, head: Uint8Array): string | null {
  const extension = extname(file).slice(1).toLowerCase();
  const has = (extensions: string): boolean => extensions.split(' ').includes(extension);
  const begins = Buffer.from(head).toString('latin1');
  const own = beginnings.find(([, extensions]) => has(extensions));
  if (own === undefined && !has(texts)) return null;
  if (own === undefined ? isText(head) : own[2].test(begins)) return null;
  const wanted = own?.[0] ?? 'text';
  const found = isText(head) ? 'text' : beginnings.find(([, , pattern]) => pattern.test(begins))?.[0];
  const what =
    found !== undefined
      ? `holds ${found}, not ${wanted}`
      : own === undefined
        ? 'is not text'
        : `does not begin as ${wanted} files do`;
  return `${basename(file)} ${what}: Unity may not be able to import it.`;
}

/** The same, with the first bytes read from the file. */
export async function contentWarningOf(file: string): Promise<string | null> {
  await using handle = await open(file);
  const buffer = Buffer.alloc(headBytes);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
  return contentWarning(file, buffer.subarray(0, bytesRead));
}

/** In any encoding: no control characters but white space, or UTF-16 that says so. */
function isText(head: Uint8Array): boolean {
  const isUtf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  return isUtf16 || head.every((byte) => byte >= 0x20 || [0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte));
}
