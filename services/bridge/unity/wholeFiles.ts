import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { AppError } from '../../../shared/errors/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { throwIfCancelled, type UnityCalls } from './calls.ts';
import { makeFolderInAssets, resolveInAssets } from './diskPath.ts';
import { sha256Of, type ProjectFiles } from './files.ts';
import type { Sent } from './ledger.ts';
import { tellUnity } from './tellUnity.ts';
import { decodeText, encodeText, markedEncodingOf } from './textEncoding.ts';
import type { FileVersions } from './writeSetTypes.ts';

/**
 * Texts that Unity's own edit cannot write: larger than it takes, above the first `using`, or with a byte order mark or
 * UTF-16, which it would lose. SPARK puts the whole file on disk in one step (beside it, then renamed), as it is encoded
 * now, and has Unity look. Only where the project's folder is on this machine, and through the ledger like every write.
 */
export interface WholeFiles {
  /** Rejects with `stale_file`, and with nothing written, when the file is not as it was before. */
  readonly write: (
    file: Pick<FileVersions, 'path' | 'after' | 'sha256Before'>,
    refresh: boolean,
    signal: AbortSignal,
  ) => Promise<Sent>;
}

export function makeWholeFiles(deps: {
  readonly calls: Pick<UnityCalls, 'attempt'>;
  readonly files: Pick<ProjectFiles, 'root' | 'shaFromUnity'>;
  readonly logger: Logger;
}): WholeFiles {
  const { calls, files, logger } = deps;
  return {
    async write({ path, after, sha256Before }, refresh, signal) {
      const root = await files.root(signal);
      if (root === null) throw notWritten(path, "the project's folder is not on this machine");
      // Asked of Unity as well: what was sent before has then been done, and it is the project of this session.
      const seen = await files.shaFromUnity(path, signal);
      const real = await resolveInAssets(root, path);
      if (real === null || seen !== sha256Before) throw stale(path);
      const folder = await makeFolderInAssets(root, relative(root, real).split(sep).join('/'));
      throwIfCancelled(signal);
      await replaceFile(join(folder, basename(real)), path, after, sha256Before);
      if (!refresh) return { kind: 'reply' };
      return await tellUnity({ calls, logger }, { path, compile: 'request' }, signal);
    },
  };
}

/** Unity ignores names that begin with a dot; a rename takes the place of the file whole or not at all. */
async function replaceFile(file: string, path: string, text: string, sha256Before: string | null): Promise<void> {
  const hidden = join(file, '..', `.spark-${randomUUID()}`);
  try {
    const { mode } = await stat(file);
    const bytes = await readFile(file);
    if (sha256Of(decodeText(bytes)) !== sha256Before) throw stale(path);
    await writeFile(hidden, encodeText(text, markedEncodingOf(bytes)), { flag: 'wx', mode });
    await rename(hidden, file);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw notWritten(path, error instanceof Error ? error.message : String(error), error);
  } finally {
    await rm(hidden, { force: true });
  }
}

const stale = (path: string): AppError =>
  new AppError('stale_file', `${path} was changed after this change was planned. Nothing was written.`, {
    data: { path },
  });

const notWritten = (path: string, why: string, cause?: unknown): AppError =>
  new AppError('unity_failed', `${path} could not be written: ${why}. It is as it was.`, {
    data: { path },
    ...(cause === undefined ? {} : { cause }),
  });
