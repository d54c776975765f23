/**
 * Text of a model, a person or a program, made safe to look at: nothing invisible steers how the rest is read. Escape
 * sequences of terminals go, other control characters become their pictures, marks that turn the reading direction
 * around are named, lone surrogates become the replacement character. What is kept and sent stays as it was. Pure.
 */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** Embeddings, overrides and isolates; the plain marks (U+200E, U+200F) belong to right-to-left writing. */
const directions = /[\u202a-\u202e\u2066-\u2069]/g;
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const suspect = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/;

export function safeText(text: string): string {
  if (!suspect.test(text)) return text;
  return text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replaceAll(escapes, '')
    .replaceAll(controls, (mark) => (mark < '\u0020' ? String.fromCharCode(0x2400 + mark.charCodeAt(0)) : '\ufffd'))
    .replaceAll(directions, (mark) => `[U+${mark.charCodeAt(0).toString(16).toUpperCase()}]`);
}
