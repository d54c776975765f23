import { isUtf8 } from 'node:buffer';

/** How a text file is encoded beyond plain UTF-8, told by its byte order mark as .NET's `File.ReadAllText` does. */
export type MarkedEncoding = 'utf-8-bom' | 'utf-16le' | 'utf-16be';

/** Null: UTF-8 without a mark, which is what Unity writes whatever it read. */
export function markedEncodingOf(bytes: Uint8Array): MarkedEncoding | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8-bom' : null;
}

/** As .NET's `File.ReadAllText`: the mark chooses the encoding and is not part of the text; bad bytes become U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  const encoding = markedEncodingOf(bytes);
  return new TextDecoder(encoding === null || encoding === 'utf-8-bom' ? 'utf-8' : encoding).decode(bytes);
}

/** The bytes of a text, with the mark of its encoding. */
export function encodeText(text: string, encoding: MarkedEncoding | null): Buffer {
  if (encoding === null) return Buffer.from(text, 'utf8');
  const marked = `\uFEFF${text}`;
  if (encoding === 'utf-8-bom') return Buffer.from(marked, 'utf8');
  const bytes = Buffer.from(marked, 'utf16le');
  return encoding === 'utf-16le' ? bytes : bytes.swap16();
}

/** Whether decoding replaced bad bytes, so that writing the text back would destroy them. */
export function isLossy(bytes: Uint8Array, text: string): boolean {
  const encoding = markedEncodingOf(bytes);
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return !encodeText(text, encoding).equals(bytes);
  return text.includes('\uFFFD') && !isUtf8(bytes);
}

/** A NUL byte is in no text but UTF-16's, which its mark tells. */
export function isBinary(bytes: Uint8Array): boolean {
  const encoding = markedEncodingOf(bytes);
  return encoding !== 'utf-16le' && encoding !== 'utf-16be' && bytes.subarray(0, 8_192).includes(0);
}
