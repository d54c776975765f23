import { ValidationError } from '../../../shared/errors/index.ts';
import type { SearchReplace } from './patch.ts';
import type { FilePatch } from './types.ts';
import { parseUnifiedDiff, type Hunk } from './unifiedDiff.ts';

/** What is wanted of one file, whichever way the model wrote it. */
export type FileChange =
  | { readonly kind: 'edits'; readonly path: string; readonly edits: readonly SearchReplace[] }
  | { readonly kind: 'hunks'; readonly path: string; readonly hunks: readonly Hunk[]; readonly creates: boolean };

/** The files of one patch: a path with its edits, or what its diff says. */
export function changesOf({ path, edits, diff }: FilePatch): FileChange[] {
  if (edits !== undefined && path !== undefined) return [{ kind: 'edits', path, edits }];
  const parsed = parseUnifiedDiff(diff ?? '');
  if (parsed.kind === 'refused') throw badDiff(`line ${parsed.line}: ${parsed.why}`);
  if (path !== undefined && parsed.files.length > 1)
    throw badDiff('it covers several files; leave path out, or give each file its own diff');
  return parsed.files.map((file) => {
    const target = path ?? file.path;
    if (target === null) throw badDiff('it names no file; give path, or --- and +++ lines');
    return { kind: 'hunks', path: target, hunks: file.hunks, creates: file.creates };
  });
}

const badDiff = (why: string): ValidationError =>
  new ValidationError(`The diff cannot be used, ${why}. Nothing was written.`, [{ path: 'diff', message: why }]);

/** Two patches of one file would each be made against the text without the other. */
export function requireDistinct(changes: readonly FileChange[]): void {
  const seen = new Set<string>();
  for (const { path } of changes) {
    // Unity projects are shared with systems that do not tell case apart.
    const key = path.toLowerCase();
    if (seen.has(key)) {
      const message = `${path} is named twice; put all changes of a file into one entry`;
      throw new ValidationError(`${message}. Nothing was written.`, [{ path: 'files', message }]);
    }
    seen.add(key);
  }
}
