/** Replaces each text, which must be there; null when one is not. */
export function replaceAll(contents: string, pairs: readonly (readonly [string, string])[]): string | null {
  let result = contents;
  for (const [from, to] of pairs) {
    if (!result.includes(from)) return null;
    result = result.replace(from, () => to);
  }
  return result;
}
