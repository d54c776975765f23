/** A text as it is said aloud: without marks of formatting, and without code, which nobody wants read out. */
export function spoken(text: string): string {
  return text
    .replaceAll(/```[^]*?(```|$)/g, ' (code) ')
    .replaceAll(/[`*#]/g, '')
    .replaceAll(/^\s*- /gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
