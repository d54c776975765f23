/**
 * Paths from the model, the developer or the MCP are confined to the project's `Assets/`. Forward slashes, no `..`, no
 * drive letters, no names that Windows reserves or strips: a project is shared between systems, so the strictest wins.
 */
export type AssetPathResult =
  { readonly kind: 'ok'; readonly path: string } | { readonly kind: 'refused'; readonly why: string };

const reserved = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;
// oxlint-disable-next-line no-control-regex -- control characters are what this refuses
const forbidden = /[\u0000-\u001f<>:"|?*\\]/;

export function parseAssetPath(input: string): AssetPathResult {
  const path = input.trim();
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return refuse('an absolute path');
  if (path.includes('\\')) return refuse('backslashes; use forward slashes');
  const parts = path.split('/');
  if (parts[0] !== 'Assets') return refuse('not under Assets/');
  for (const part of parts.slice(1)) {
    if (part === '' || part === '.' || part === '..') return refuse('an empty, "." or ".." part');
    if (forbidden.test(part)) return refuse(`a character that is not allowed in ${JSON.stringify(part)}`);
    if (reserved.test(part)) return refuse(`the reserved name ${JSON.stringify(part)}`);
    if (part.endsWith('.') || part.endsWith(' ') || part.startsWith(' '))
      return refuse(`a leading space, trailing dot or space in ${JSON.stringify(part)}`);
    if (part !== part.normalize('NFC')) return refuse('characters that are not in Unicode NFC');
  }
  return { kind: 'ok', path };
}

const refuse = (why: string): AssetPathResult => ({ kind: 'refused', why });

/** The folder of an asset path: `Assets/Scripts` for `Assets/Scripts/A.cs`. */
export const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

/** Whether `path` lies in `folder` or below it. */
export const isUnder = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
