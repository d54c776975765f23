import { isAbsolute, relative, resolve, sep } from 'node:path';

/**
 * The file below `root` that a URL's path names, or undefined when it names none: broken percent encoding, NUL, a
 * backslash, or a way out of `root`. `/` is `/index.html`. The file need not exist.
 */
export function resolveInside(root: string, urlPath: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return undefined;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return undefined;
  const file = resolve(root, `.${sep}${decoded === '/' || decoded === '' ? 'index.html' : decoded}`);
  const inside = relative(root, file);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return undefined;
  return file;
}
