/** What is worth knowing of the Unity MCP server and is no fault; calm lines for Health. */
export const testedVersion = '10.1.0';

/** Null when it is the version that SPARK is tested with, or the server does not say. */
export function versionNote(version: string | null): string | null {
  if (version === null || version === testedVersion) return null;
  const order = compareVersions(version, testedVersion);
  const tested = `SPARK is tested with ${testedVersion}`;
  if (order === null) return `The Unity MCP server says that it is version "${version.slice(0, 40)}"; ${tested}.`;
  return order < 0
    ? `The Unity MCP server is version ${version}; ${tested}. Update it when a function does not work.`
    : `The Unity MCP server is version ${version}, newer than ${testedVersion}, which SPARK is tested with. What it answers differently is said and never guessed.`;
}

export const openServerNote =
  'The Unity MCP server asks for no key: any program, and any web page open on this machine, can command the editor. Keep it on 127.0.0.1, and close pages you do not trust while it runs.';

/** By the numbers before any suffix; null when one is no version. */
function compareVersions(a: string, b: string): number | null {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  if (left === null || right === null) return null;
  for (let index = 0; index < 3; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): number[] | null {
  const match = /^v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?/.exec(version);
  return match === null ? null : match.slice(1).map((part) => Number(part ?? 0));
}
