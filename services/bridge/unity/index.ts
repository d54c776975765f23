export { makeUnityAdapter } from './adapter.ts';
export type { UnityAdapterOptions, UnityConnection } from './adapter.ts';
export type { CallOptions, UnityClient } from './client.ts';
export type { CallResult } from './translate.ts';
export type { DeletePlan, FileOutcome, KeptAssetFile, RestorePlan, UnityDeletes } from './editTypes.ts';
export type {
  AssetInfo,
  BuildStatus,
  BuildTarget,
  CallContext,
  ConsoleMessage,
  EditorStateKind,
  EditorStatus,
  LedgerEntry,
  LedgerStore,
  Screenshot,
  UnityAdapter,
  WriteOutcome,
  WritePlan,
} from './types.ts';
