import { AppError } from '../../../shared/errors/index.ts';
import { isScript, type AssetFiles } from './assetFiles.ts';
import type { SendGuard, UnityCalls } from './calls.ts';
import { isMissingFile } from './failures.ts';
import type { ProjectFiles } from './files.ts';
import { shaData } from './replies.ts';
import type { CallResult } from './translate.ts';

/**
 * Sends a deletion that has the precondition which Unity's own lacks: the file must still be as it was approved, looked
 * at in the deletion's own turn, each time that it is sent. One that is gone already is no obstacle: the ledger says so.
 */
export type SendDelete = (
  file: { readonly path: string; readonly sha256Before: string | null },
  signal: AbortSignal,
) => Promise<CallResult>;

export function makeSendDelete(deps: {
  readonly calls: Pick<UnityCalls, 'attempt'>;
  readonly files: Pick<ProjectFiles, 'root'>;
  readonly assetFiles: Pick<AssetFiles, 'shaIn'>;
}): SendDelete {
  const { calls, files, assetFiles } = deps;

  function guardOf(path: string, expected: string | null, root: string | null): SendGuard {
    return async (ask) => {
      let current: string | null;
      if (root === null) {
        const reply = await ask('get_sha', { uri: path });
        if (reply.kind !== 'reply') return reply.kind === 'failed' && isMissingFile(reply.message) ? undefined : reply;
        const parsed = shaData.safeParse(reply.body.data);
        if (!parsed.success) return { kind: 'failed', code: 'refused', message: unreadable(path), data: {} };
        current = parsed.data.sha256;
      } else current = await assetFiles.shaIn(root, path);
      if (current === null || current === expected) return undefined;
      throw new AppError('stale_file', `${path} was changed just before it was deleted. It was left as it is.`, {
        data: { path, expectedSha256: expected, currentSha256: current },
      });
    };
  }

  return async ({ path, sha256Before }, signal) => {
    const guard = guardOf(path, sha256Before, await files.root(signal));
    return isScript(path)
      ? await calls.attempt('delete_script', { uri: path }, signal, guard)
      : await calls.attempt('manage_asset', { action: 'delete', path }, signal, guard);
  };
}

const unreadable = (path: string): string => `Unity did not tell what ${path} is now, so it was not deleted.`;
