import { randomUUID } from 'node:crypto';
import { AppError } from '../../../shared/errors/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { isScript, textOfAsset, type AssetFiles } from './assetFiles.ts';
import { throwIfCancelled, type UnityCalls } from './calls.ts';
import type { CompileWatch } from './compile.ts';
import { markCaused, type UnityConsole } from './console.ts';
import type { SendDelete } from './sendDelete.ts';
import type { FileOutcome, UnityDeletes } from './editTypes.ts';
import { requireAssetPath, type ProjectFiles } from './files.ts';
import type { Ledger, Sent } from './ledger.ts';
import type { Queue } from './queue.ts';
import { lingering, toCompileResult } from './scripts.ts';
import type { CallContext, LedgerEntry } from './types.ts';
import { tellUnity } from './tellUnity.ts';

/**
 * Deletions and restorations, through the same ledger and order as every write. The asset and its `.meta` are kept with
 * the intent, before anything is sent: the guid is what other assets refer to, so without it a restored asset is another
 * one. A restored file is put on disk by SPARK (Unity MCP cannot bring a `.meta`), then Unity is told to look.
 */
export function makeDeletes(deps: {
  readonly calls: UnityCalls;
  readonly sendDelete: SendDelete;
  readonly files: ProjectFiles;
  readonly assetFiles: AssetFiles;
  readonly ledger: Ledger;
  readonly compile: CompileWatch;
  readonly console: UnityConsole;
  readonly writes: Queue;
  readonly logger: Logger;
  readonly closing: AbortSignal;
}): UnityDeletes {
  const { calls, files, assetFiles, ledger, compile, console, writes, logger, closing } = deps;

  async function perform(
    entry: LedgerEntry,
    send: (signal: AbortSignal) => Promise<Sent>,
    context: CallContext,
    queuedMs: number,
  ): Promise<FileOutcome> {
    const { signal } = context;
    const timing = [{ step: 'queue', ms: queuedMs }];
    const timed = async <T>(step: string, work: Promise<T>): Promise<T> => {
      const started = performance.now();
      const value = await work;
      timing.push({ step, ms: Math.round(performance.now() - started) });
      return value;
    };
    const compiles = isScript(entry.path);
    await requireUnchanged(entry, signal);
    const before = compiles
      ? { state: await compile.beforeChange(signal), errors: await console.compileErrors(signal) }
      : null;
    throwIfCancelled(signal);
    const linger = lingering(signal, closing);
    try {
      await timed('unity', ledger.write(entry, send, linger.signal));
    } finally {
      linger.release();
    }
    const { writeId } = entry;
    if (before === null) return { writeId, compile: null, timing };
    const seen = await timed('compile', compile.afterChange(before.state, signal));
    try {
      const errors = markCaused(before.errors, await timed('console', console.compileErrors(signal)));
      return { writeId, compile: toCompileResult(seen, errors), timing };
    } catch {
      return { writeId, compile: { status: 'unknown', errors: [], durationMs: seen.durationMs }, timing };
    }
  }

  async function requireUnchanged(entry: LedgerEntry, signal: AbortSignal): Promise<void> {
    const now = await assetFiles.sha(entry.path, signal);
    if (now === entry.sha256Before) return;
    const what = now === null ? 'was deleted' : entry.sha256Before === null ? 'was created' : 'was changed';
    throw new AppError('stale_file', `${entry.path} ${what} after this was planned. Nothing was done.`, {
      data: { path: entry.path, expectedSha256: entry.sha256Before, currentSha256: now },
    });
  }

  const inTurn = (
    entry: Omit<LedgerEntry, 'writeId' | 'sessionId' | 'callId'>,
    send: (signal: AbortSignal) => Promise<Sent>,
    context: CallContext,
  ): Promise<FileOutcome> => {
    const queued = performance.now();
    const { sessionId, callId } = context;
    const whole = { ...entry, writeId: randomUUID(), sessionId, callId };
    return writes.run(() => perform(whole, send, context, Math.round(performance.now() - queued)), context.signal);
  };

  return {
    async planDelete(args, { signal }) {
      const path = requireAssetPath(args.path);
      requireNoMeta(path);
      const found = await assetFiles.read(path, signal);
      if (found === null) throw new AppError('not_found', `There is no file ${path}.`, { data: { path } });
      const { asset, meta, sha256 } = found;
      const metaKept = meta !== null;
      return {
        path,
        sha256Before: sha256,
        before: textOfAsset(asset.bytes),
        sizeBytes: asset.bytes.byteLength,
        keep: meta === null ? [asset] : [asset, meta],
        metaKept,
        warnings: metaKept
          ? []
          : ['Its .meta could not be kept: an undo brings it back as a new asset, and references to it stay broken.'],
      };
    },

    async unityDeleteAsset(plan, context) {
      const { path, sha256Before, before, keep } = plan;
      requireAssetPath(path);
      const send = (signal: AbortSignal): Promise<Sent> => deps.sendDelete(plan, signal);
      return await inTurn({ path, sha256Before, sha256After: null, before, after: null, keep }, send, context);
    },

    async unityRestoreAsset(plan, context) {
      const { path, sha256After, after } = plan;
      requireAssetPath(path);
      const send = async (signal: AbortSignal): Promise<Sent> => {
        if (isScript(path) && after !== null && (await files.root(signal)) === null) {
          return await calls.attempt('create_script', { path, contents: after }, signal);
        }
        // The `.meta` first: Unity must not see the asset without it and give it a new guid.
        await assetFiles.putBack(
          plan.files.toSorted((a, b) => b.path.length - a.path.length),
          signal,
        );
        const compiling = isScript(path) ? 'request' : 'none';
        return await tellUnity({ calls, logger }, { path, compile: compiling }, signal);
      };
      return await inTurn({ path, sha256Before: null, sha256After, before: null, after }, send, context);
    },
  };
}

/** Without its `.meta` an asset gets a new guid, and everything that refers to it is broken. */
function requireNoMeta(path: string): void {
  if (!path.toLowerCase().endsWith('.meta')) return;
  const asset = path.slice(0, -'.meta'.length);
  throw new AppError(
    'unity_rejected',
    `${path} belongs to ${asset} and goes only with it: without it every reference to ${asset} would break. Nothing was deleted.`,
    { data: { path, asset } },
  );
}
