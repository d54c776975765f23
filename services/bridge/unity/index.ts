export { makeUnityAdapter } from './adapter.ts';
export type { UnityAdapterOptions, UnityConnection } from './adapter.ts';
export { makeCsharpChecker } from './csharp.ts';
export type { CsharpChecker } from './csharp.ts';
export { hashOf } from './instances.ts';
export type { CallOptions, UnityClient } from './client.ts';
export type { CallResult } from './translate.ts';
export type { SceneEdit, ScenePlan, SceneVerdict, SceneWrite, SceneWriteStore } from './sceneTypes.ts';
export type { OpenSet, Standing, WriteSet, WriteSetStore } from './writeSetTypes.ts';
export type {
  AssetInfo,
  BuildStatus,
  BuildTarget,
  CallContext,
  ConsoleMessage,
  ConsoleTail,
  EditorStateKind,
  EditorStatus,
  EditorTransition,
  IntentStore,
  LedgerEntry,
  LedgerStore,
  Screenshot,
  SessionProjects,
  UnityInstance,
  UnityAdapter,
  WriteOutcome,
  WritePlan,
} from './types.ts';
export { testUnityServer } from './testServer.ts';
