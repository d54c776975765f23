import type { ProjectFacts } from './projectFacts.ts';
import type { CaptureSource, CompileResult } from '../../../shared/contracts/functions.ts';
import type { Uas } from '../../../shared/contracts/uas.ts';
import type { AppError } from '../../../shared/errors/index.ts';
import type { z } from 'zod';
import type { CallContext } from './callContext.ts';
import type { UnityDeletes } from './editTypes.ts';
import type { SceneWriteStore, UnityScene } from './sceneTypes.ts';
import type { FileVersions, WriteSetStore } from './writeSetTypes.ts';
import type { UnityTests } from './testTypes.ts';

export type { CallContext } from './callContext.ts';
import type {
  assetInfoSchema,
  buildTargetSchema,
  compileMessageSchema,
  ingestUnityAssetResult,
} from '../../../shared/contracts/functions.ts';

/**
 * The door between the Unity side of the bridge and its functions. Writes are two steps, plan then write: a plan reads
 * the file as it is and says exactly what would be written, so that the developer approves the real thing; the write
 * carries the plan's sha as precondition. All errors are AppErrors; `unity_unsettled` means the write may have happened.
 */
export type BuildTarget = z.infer<typeof buildTargetSchema>;
export type AssetInfo = z.infer<typeof assetInfoSchema>;
/** A place in the console of one editor: the number of messages then, and a fingerprint of the last of them. */
export interface ConsoleMark {
  readonly instanceId: string | null;
  readonly total: number;
  readonly print: string;
  /**
   * The same without what the compiler said, which the next compile takes away: how many of the last messages, and their
   * fingerprint. Absent where too few of them are left to tell one place from another.
   */
  readonly logs?: { readonly count: number; readonly print: string } | undefined;
}
export type ConsoleMessage = Omit<z.infer<typeof compileMessageSchema>, 'severity'> & { severity: string };

/** The end of the console, oldest first, and where earlier places are in it. */
export interface ConsoleTail {
  /** The place behind the last message. */
  readonly end: ConsoleMark;
  /** Messages of the whole console before the first one here. */
  readonly from: number;
  readonly messages: readonly ConsoleMessage[];
  /** How many of `messages` were there at each mark; null when that cannot be told any more. */
  readonly placesOf: (marks: readonly ConsoleMark[]) => (number | null)[];
}

/** What an asset is, in short. */
export interface AssetSummary {
  readonly info: AssetInfo;
  /** Null for a folder, and where the project's folder is not on this machine. */
  readonly sizeBytes: number | null;
  /** The file itself, only of a picture that a message may carry; no other asset's bytes leave the project. */
  readonly picture: Uint8Array | null;
}

export interface WritePlan extends FileVersions {
  /** For a person, in words: overwrites, outside Assets/Scripts, class name differs from file name. */
  readonly warnings: readonly string[];
  /** Edits of a patch, 0 for a generated file. */
  readonly editsApplied: number;
}

export interface WriteOutcome {
  readonly path: string;
  readonly sha256: string;
  readonly created: boolean;
  readonly compile: CompileResult;
  /** Milliseconds by step: queue, unity, compile, console. */
  readonly timing: readonly { readonly step: string; readonly ms: number }[];
}

export interface Screenshot {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly camera: string | null;
  readonly captureSource: CaptureSource;
}

export interface BuildStatus {
  readonly jobId: string;
  readonly state: 'building' | 'succeeded' | 'failed' | 'cancelled';
  readonly phase: string;
  readonly elapsedMs: number;
  readonly outputPath: string | null;
  readonly sizeBytes: number | null;
  readonly warnings: number;
  readonly errors: number;
  readonly reason: string | null;
  /** Kept with the job, so that it can be followed again. */
  readonly before?: BuildBefore;
}

/** What Unity told of earlier builds before this one began: that is no news of this one. */
export interface BuildBefore {
  /** The last build's report, as JSON; null when there was none. */
  readonly report: string | null;
  /** The number of console lines about ended builds. */
  readonly lines: number;
}

/** An asset with what its own files tell; the optional parts are absent where these cannot be read here. */
export type IngestedAsset = z.infer<typeof ingestUnityAssetResult>['asset'];

export interface ImportOutcome {
  /** Without a guid (empty) when Unity has not imported the copy yet. */
  readonly asset: IngestedAsset;
  /** False when a file with the same bytes was there already. */
  readonly copied: boolean;
  /** Of the file's bytes. */
  readonly sha256: string;
  /** For a person and the model: copied, but not imported yet, and why. */
  readonly warning: string | null;
}

export interface IngestPlan {
  /** Real path of the file outside. */
  readonly source: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** For a person: `PNG image`. */
  readonly type: string;
  readonly warnings: readonly string[];
}

/** What is needed to find a build again. */
export interface BuildJob {
  readonly jobId: string;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  readonly outputPath: string | null;
  /** Absent: not known, then only what Unity dates or names proves anything. */
  readonly before?: BuildBefore | undefined;
}

export type EditorStateKind =
  | 'server_away'
  | 'no_editor'
  | 'choose_instance'
  | 'ready'
  | 'compiling'
  | 'reloading'
  | 'importing'
  | 'playing'
  | 'testing'
  | 'building'
  | 'not_answering';

export interface EditorStatus {
  readonly kind: EditorStateKind;
  readonly instanceId: string | null;
  readonly projectName: string | null;
  readonly unityVersion: string | null;
  readonly activeScene: string | null;
  readonly serverVersion: string | null;
  /** What is wrong and what to do; empty when ready. */
  readonly detail: string;
  readonly latencyMs: number | null;
  /** What is worth knowing and is no fault, a sentence each: an untested server version, a server open to web pages. */
  readonly notes?: readonly string[];
}

/** An open editor. */
export interface UnityInstance {
  /** `Name@hash`. */
  readonly id: string;
  readonly name: string;
  readonly hash: string;
  readonly unityVersion: string | null;
}

/** A change of the editor's state. */
export interface EditorTransition {
  readonly from: EditorStateKind;
  readonly to: EditorStateKind;
  /** Milliseconds in `from`. */
  readonly ms: number;
  /** Of the project last worked in; null when none was seen yet. */
  readonly projectHash: string | null;
  readonly projectName: string | null;
}

/** Which project each session works in; remembered beyond the connection. */
export interface SessionProjects {
  /** Null: not known yet, the first editor it works in becomes its project. `hash` null: known by name only. */
  readonly of: (sessionId: string) => { readonly name: string; readonly hash: string | null } | null;
  readonly bind: (sessionId: string, project: { readonly name: string; readonly hash: string }) => void;
}

/**
 * What became of a change to several files. All or none: a failure that could be taken back rejects. `partial` means that
 * it could not be: `written` stands as planned, and the error says why.
 */
export type PatchesOutcome =
  | { readonly kind: 'applied'; readonly outcomes: readonly WriteOutcome[] }
  | { readonly kind: 'partial'; readonly written: readonly WritePlan[]; readonly error: AppError };

/** What a model asks to be changed in one file, or by one diff in several. Either edits or a unified diff. */
export interface FilePatch {
  readonly path?: string | undefined;
  readonly edits?: readonly { readonly search: string; readonly replace: string }[] | undefined;
  readonly diff?: string | undefined;
}

/** What is known around a script that is to be written. */
export interface ScriptSurroundings {
  readonly path: string;
  /** The type that Unity looks for in it. */
  readonly className: string;
  /** The file as it is; null when it is new. */
  readonly current: string | null;
  /** What scripts nearby offer, nearest first. */
  readonly neighbours: readonly { readonly path: string; readonly surface: string }[];
  /** Null when it cannot be told. */
  readonly renderPipeline: string | null;
}

/** Written before a write is sent, and after; kept by the journal so that a crash in between can be settled. */
export interface LedgerStore {
  readonly intend: (entry: LedgerEntry) => void;
  readonly settle: (writeId: string, outcome: 'applied' | 'not_applied' | 'foreign', sha256: string | null) => void;
  readonly open: () => readonly LedgerEntry[];
}

/** Everything that is kept of a change before it is sent: of a file, of several as one, of the open scene. */
export interface IntentStore extends LedgerStore {
  readonly sets: WriteSetStore;
  readonly scenes: SceneWriteStore;
}

export interface LedgerEntry {
  readonly writeId: string;
  readonly sessionId: string;
  readonly callId: string | null;
  readonly path: string;
  readonly sha256Before: string | null;
  /** Null when the write deletes the file. */
  readonly sha256After: string | null;
  readonly before: string | null;
  readonly after: string | null;
  /** Files that the write would destroy, kept with the intent: the asset and its `.meta`. */
  readonly keep?: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}

/** The six client functions of the seed, the reads beside them, and the editor's state. */
export interface UnityAdapter extends UnityDeletes, UnityScene, UnityTests {
  readonly planScript: (
    args: { name: string; path?: string | undefined; contents: string },
    context: CallContext,
  ) => Promise<WritePlan>;
  /** For whoever writes the script; `text` is searched for the names of other scripts. */
  readonly scriptSurroundings: (
    args: { name: string; path?: string | undefined; text: string },
    context: CallContext,
  ) => Promise<ScriptSurroundings>;
  readonly unityGenerateScript: (plan: WritePlan, context: CallContext) => Promise<WriteOutcome>;
  readonly planPatch: (
    args: { path: string; edits: readonly { search: string; replace: string }[] },
    context: CallContext,
  ) => Promise<WritePlan>;
  /** One plan per file, in the order given; a diff without a path names its files. Nothing is planned unless all fit. */
  readonly planPatches: (patches: readonly FilePatch[], context: CallContext) => Promise<WritePlan[]>;
  /** A plan whose text the developer changed while deciding: made again from the file as it is, by every rule of a plan. */
  readonly replan: (plan: WritePlan, edited: string, context: CallContext) => Promise<WritePlan>;
  readonly unityApplyPatch: (plan: WritePlan, context: CallContext) => Promise<WriteOutcome>;
  /** Several files as one change: when one cannot be written, those written before it are put back. */
  readonly unityApplyPatches: (plans: readonly WritePlan[], context: CallContext) => Promise<PatchesOutcome>;
  readonly unityRenderPreview: (
    args: { source: CaptureSource; camera?: string | undefined; maxResolution: number },
    context: CallContext,
  ) => Promise<Screenshot>;
  readonly unityIngestAsset: (args: { path: string }, context: CallContext) => Promise<IngestedAsset>;
  /** Looks at a file from outside; refuses what is too large, of a kind that is not copied in, or has no free place. */
  readonly planIngest: (
    args: { source: string; path?: string | undefined },
    context: CallContext,
  ) => Promise<IngestPlan>;
  /** Copies the file in, never over another, has Unity import it, and reads it. */
  readonly unityImportAsset: (plan: IngestPlan, context: CallContext) => Promise<ImportOutcome>;
  readonly unityDeconstructAsset: (args: { path: string }, context: CallContext) => Promise<Uas>;
  /** Starts the build, polls it in one place, reports every change, resolves with the last status. */
  readonly unityRunBuild: (
    args: { target: BuildTarget; development: boolean; outputPath?: string | undefined },
    context: CallContext & { readonly onProgress: (status: BuildStatus) => void },
  ) => Promise<BuildStatus>;
  /** Follows a build that an earlier run of SPARK, or a cancelled call, left. */
  readonly unityFollowBuild: (
    job: BuildJob,
    context: CallContext & { readonly onProgress: (status: BuildStatus) => void },
  ) => Promise<BuildStatus>;
  /** Where the output of a build lies on this machine; null when it does not. */
  readonly locateBuild: (args: { outputPath: string }, context: CallContext) => Promise<string | null>;
  readonly readScript: (args: { path: string }, context: CallContext) => Promise<{ contents: string; sha256: string }>;
  readonly readConsole: (
    args: { types: readonly ('error' | 'warning' | 'log')[]; count: number },
    context: CallContext,
  ) => Promise<ConsoleMessage[]>;
  /** Where the console stands now; null when the server does not count its messages. */
  readonly markConsole: (context: CallContext) => Promise<ConsoleMark | null>;
  /** The newest messages since the mark; null when the console does not hold the marked ones any more. */
  readonly readConsoleSince: (
    args: { types: readonly ('error' | 'warning' | 'log')[]; count: number; mark: ConsoleMark },
    context: CallContext,
  ) => Promise<ConsoleMessage[] | null>;
  /** The newest `count` messages of all kinds; null when the console still ends at `known`. */
  readonly readConsoleTail: (
    args: { count: number; known: ConsoleMark | null },
    context: CallContext,
  ) => Promise<ConsoleTail | null>;
  readonly searchAssets: (
    args: { query: string; folder: string; type?: string | undefined },
    context: CallContext,
  ) => Promise<{ total: number; assets: AssetInfo[] }>;
  /** Null when the project's folder is not on this machine. */
  readonly projectFacts: (signal: AbortSignal) => Promise<ProjectFacts | null>;
  /** What the developer shall know before approving what has no plan (a build, tests); plans carry it as a warning. */
  readonly approvalNotice: (context: CallContext) => Promise<string | null>;
  /** In short; a read that names no handler's call. */
  readonly summarizeAsset: (args: { path: string }, context: CallContext) => Promise<AssetSummary>;
  readonly editor: {
    readonly status: () => EditorStatus;
    readonly subscribe: (listener: (status: EditorStatus) => void) => () => void;
    /** Looks now instead of at the next poll. */
    readonly refresh: () => Promise<EditorStatus>;
    /** The editors that are open, as last listed. */
    readonly instances: () => readonly UnityInstance[];
    /** Works in this one (`Name@hash`) from now on. */
    readonly choose: (instanceId: string) => Promise<EditorStatus>;
  };
  readonly close: () => Promise<void>;
}
