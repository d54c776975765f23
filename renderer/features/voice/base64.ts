/** Little-endian PCM, which is what every machine that runs a browser has in memory. */
export function toBase64(pcm: Int16Array): string {
  let text = '';
  for (const byte of new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength)) text += String.fromCharCode(byte);
  return btoa(text);
}

export function fromBase64(base64: string): Int16Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length - (text.length % 2));
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = text.charCodeAt(at);
  return new Int16Array(bytes.buffer);
}
