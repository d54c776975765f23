/**
 * Paths from the model, the developer or the MCP are confined to the project's `Assets/`. Forward slashes, no `..`, no
 * drive letters, no names that Windows reserves or strips, nothing that reads as something else than it is: a project is
 * shared between systems and between people, so the strictest wins.
 */
export type AssetPathResult =
  { readonly kind: 'ok'; readonly path: string } | { readonly kind: 'refused'; readonly why: string };

const reserved = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9]|lpt[0-9])(\.|$)/i;
const forbidden = /[<>:"|?*\\]/;
/** Controls, bidirectional and zero-width characters, line separators, lone surrogates, unassigned and private ones. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/u;
/** Read as a slash, and not made into one by NFKC. */
const slashLike = /[\u2044\u2215\u29f5\u29f8\u29f9\u2571\u2572\u1735\u3033]/u;
/** A word with Latin letters and Cyrillic or Greek ones that look the same: `Pl\u0430yer`. */
const mixedWord =
  /(?=[\p{L}\p{M}\p{N}_]*\p{Script=Latin})[\p{L}\p{M}\p{N}_]*[\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u051b\u051d\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405\u03bf\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7]/u;
/** What common file systems take for one name. */
const maxPartBytes = 255;

export function parseAssetPath(input: string): AssetPathResult {
  const path = input.trim();
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return refuse('an absolute path');
  if (path.includes('\\')) return refuse('backslashes; use forward slashes');
  const parts = path.split('/');
  if (parts[0] !== 'Assets') return refuse('not under Assets/');
  for (const part of parts.slice(1)) {
    const why = whyRefused(part);
    if (why !== undefined) return refuse(why);
  }
  return { kind: 'ok', path };
}

function whyRefused(part: string): string | undefined {
  const shown = JSON.stringify(part);
  if (part === '' || part === '.' || part === '..') return 'an empty, "." or ".." part';
  if (invisible.test(part)) return `an invisible or control character in ${shown}`;
  if (forbidden.test(part)) return `a character that is not allowed in ${shown}`;
  if (part.endsWith('.') || part.endsWith(' ') || part.startsWith(' ')) {
    return `a leading space, trailing dot or space in ${shown}`;
  }
  if (part !== part.normalize('NFC')) return 'characters that are not in Unicode NFC';
  // As the eye, and some file systems, read it: full-width dots and slashes, raised digits.
  const plain = part.normalize('NFKC');
  if (/[/\\:]|^\.+$/.test(plain) || slashLike.test(part)) return `a character that looks like a path's own in ${shown}`;
  if (reserved.test(plain)) return `the reserved name ${shown}`;
  if (mixedWord.test(part)) return `letters of two alphabets that look alike in ${shown}`;
  if (new TextEncoder().encode(part).length > maxPartBytes) return `a name longer than ${maxPartBytes} bytes`;
  return undefined;
}

const refuse = (why: string): AssetPathResult => ({ kind: 'refused', why });

/** The folder of an asset path: `Assets/Scripts` for `Assets/Scripts/A.cs`. */
export const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

/** Whether `path` lies in `folder` or below it. */
export const isUnder = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
