import type { CompileResult } from '../../../shared/contracts/functions.ts';
import type { CallContext } from './callContext.ts';

/** Deletions and their return: the part of the adapter that must be able to give back what it takes away. */
export interface KeptAssetFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface DeletePlan {
  readonly path: string;
  /** Of a script its text's sha, of anything else its bytes'. */
  readonly sha256Before: string;
  /** Null when it is not text. */
  readonly before: string | null;
  readonly sizeBytes: number;
  /** The asset and, where the project's folder can be read here, its `.meta`. */
  readonly keep: readonly KeptAssetFile[];
  readonly metaKept: boolean;
  readonly warnings: readonly string[];
}

export interface RestorePlan {
  readonly path: string;
  readonly sha256After: string;
  readonly after: string | null;
  readonly files: readonly KeptAssetFile[];
}

export interface FileOutcome {
  /** Of the ledger; files that were kept are found by it. */
  readonly writeId: string;
  /** Null when no script was touched, so nothing was compiled. */
  readonly compile: CompileResult | null;
  readonly timing: readonly { readonly step: string; readonly ms: number }[];
}

export interface UnityDeletes {
  /** Rejects with `not_found`, or `unity_rejected` for a folder and for what could not be kept first. */
  readonly planDelete: (args: { path: string }, context: CallContext) => Promise<DeletePlan>;
  readonly unityDeleteAsset: (plan: DeletePlan, context: CallContext) => Promise<FileOutcome>;
  /** Rejects with `stale_file` when something is at the path again: nothing is overwritten. */
  readonly unityRestoreAsset: (plan: RestorePlan, context: CallContext) => Promise<FileOutcome>;
}
