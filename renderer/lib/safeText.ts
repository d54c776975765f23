/**
 * Text of a model, a person or a program, made safe to look at: nothing invisible steers how the rest is read. Escape
 * sequences of terminals go, other control characters become their pictures, marks that turn the reading direction
 * around or have no width are named, text in invisible tag characters is shown, lone surrogates become the replacement
 * character. What is kept and sent stays as it was. Pure.
 */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** Spaces and joiners without width that no writing needs; U+200C and U+200D belong to words and emoji. */
const widthless = /[\u200b\u2060-\u2064\ufeff]/g;
/** A copy of ASCII that nobody sees and a model reads. */
const tags = /[\u{e0000}-\u{e007f}]+/gu;
/** Embeddings, overrides and isolates; the plain marks (U+200E, U+200F) belong to right-to-left writing. */
const directions = /[\u202a-\u202e\u2066-\u2069]/g;
const suspect =
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ud800-\udfff\ufeff]/;

export function safeText(text: string): string {
  if (!suspect.test(text)) return text;
  return text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replaceAll(escapes, '')
    .replaceAll(controls, (mark) => (mark < '\u0020' ? String.fromCharCode(0x2400 + mark.charCodeAt(0)) : '\ufffd'))
    .replaceAll(tags, (hidden) => `[hidden: ${asciiOf(hidden)}]`)
    .replaceAll(directions, nameOf)
    .replaceAll(widthless, nameOf);
}

const nameOf = (mark: string): string => `[U+${mark.charCodeAt(0).toString(16).toUpperCase()}]`;

/** Tags that stand for no letter show as their pictures. */
const asciiOf = (hidden: string): string =>
  Array.from(hidden)
    .map((tag) => (tag.codePointAt(0) ?? 0) - 0xe0000)
    .map((code) => (code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '␀'))
    .join('');
