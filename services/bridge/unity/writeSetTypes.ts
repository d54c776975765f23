/** A file of a change: its text before and after. */
export interface FileVersions {
  readonly path: string;
  /** Text now, without BOM; null when the file does not exist. */
  readonly before: string | null;
  readonly after: string;
  readonly sha256Before: string | null;
  readonly sha256After: string;
}

/** Several files that are changed as one. */
export interface WriteSet {
  readonly setId: string;
  readonly sessionId: string;
  readonly callId: string | null;
  readonly files: readonly FileVersions[];
}

/** A file that could not be put back, and why. */
export interface Standing {
  readonly path: string;
  readonly why: string;
}

export interface OpenSet extends Omit<WriteSet, 'files'> {
  /** `applied`: the ledger says that SPARK wrote it at some time. */
  readonly files: readonly { readonly file: FileVersions; readonly applied: boolean }[];
}

/** Stored before the first file is written, settled when all are written or put back. */
export interface WriteSetStore {
  readonly begin: (set: WriteSet) => void;
  /** `standing` is empty when the change is whole, or nothing of it is left. */
  readonly settle: (setId: string, standing: readonly Standing[]) => void;
  readonly open: () => readonly OpenSet[];
}
