import type { CallContext } from './callContext.ts';

/** Changes of the open scene, each stored with what is needed to take it back. Paths are `Parent/Child`. */
export type Values = Readonly<Record<string, unknown>>;

export interface CreateObjectRequest {
  readonly name: string;
  readonly parent?: string | undefined;
  readonly primitive?: string | undefined;
  readonly tag?: string | undefined;
  readonly position?: readonly number[] | undefined;
  readonly rotation?: readonly number[] | undefined;
  readonly scale?: readonly number[] | undefined;
  readonly components: readonly { readonly type: string; readonly properties?: Values | undefined }[];
}

export interface SceneObject {
  readonly path: string;
  readonly name: string;
  readonly instanceId: number;
  readonly active: boolean;
  readonly tag: string;
  readonly components: readonly string[];
  readonly children: number;
  readonly position: readonly number[] | null;
}

export type SceneEdit =
  | {
      readonly kind: 'create';
      readonly path: string;
      readonly request: CreateObjectRequest;
      /** As it was right after; what an undo may delete. Null until it was made. */
      readonly made: Pick<SceneObject, 'components' | 'children' | 'position'> | null;
    }
  | { readonly kind: 'delete'; readonly path: string; readonly request: CreateObjectRequest }
  | {
      readonly kind: 'add';
      readonly path: string;
      readonly component: string;
      readonly properties: Values;
      /** All that came with it (`RequireComponent`), in the order in which they can be removed. Null until made. */
      readonly added: readonly string[] | null;
    }
  | {
      readonly kind: 'remove';
      readonly path: string;
      readonly component: string;
      readonly properties: Values;
      readonly added: readonly string[];
    }
  | {
      readonly kind: 'set';
      readonly path: string;
      readonly component: string;
      readonly before: Values;
      readonly after: Values;
    };

export interface ScenePlan {
  /** Path of the scene asset. */
  readonly scene: string;
  readonly edit: SceneEdit;
  /** A few words for the list of changes: "Player created". */
  readonly subject: string;
  /** Sentences for the person who approves. */
  readonly steps: readonly string[];
  readonly before: string;
  readonly after: string;
  readonly warnings: readonly string[];
}

export type SceneUndo =
  | { readonly kind: 'plan'; readonly plan: ScenePlan }
  | { readonly kind: 'nothing_to_do'; readonly why: string }
  | { readonly kind: 'conflict'; readonly why: string; readonly now: string; readonly wanted: string };

export interface SceneOutcome {
  /** With what was found afterwards. */
  readonly edit: SceneEdit;
  readonly components: readonly string[];
  readonly timing: readonly { readonly step: string; readonly ms: number }[];
}

export interface UnityScene {
  /** Breadth first, at most `limit` objects; `total` is null when there are more than were looked at. */
  readonly listScene: (
    args: { root?: string | undefined; limit: number },
    context: CallContext,
  ) => Promise<{ scene: string; objects: SceneObject[]; more: boolean }>;
  readonly planCreateObject: (request: CreateObjectRequest, context: CallContext) => Promise<ScenePlan>;
  readonly planSetComponent: (
    request: { target: string; component: string; properties: Values },
    context: CallContext,
  ) => Promise<ScenePlan>;
  readonly planSceneUndo: (edit: SceneEdit, scene: string, context: CallContext) => Promise<SceneUndo>;
  /** Rejects with `stale_file` when the scene is not as planned, `unity_unsettled` when the outcome is not known. */
  readonly unityEditScene: (plan: ScenePlan, context: CallContext) => Promise<SceneOutcome>;
}

/** A scene change as it is stored before it is sent. */
export interface SceneWrite {
  readonly writeId: string;
  readonly sessionId: string;
  readonly callId: string | null;
  readonly plan: ScenePlan;
  /** Of the object before the change; empty when there was none. */
  readonly componentsBefore: readonly string[];
}

/** What became of it, by reading the scene; `unknown`: what is there does not tell. */
export interface SceneVerdict {
  readonly outcome: 'applied' | 'not_applied' | 'unknown';
  /** With what was found afterwards. */
  readonly edit: SceneEdit;
  readonly components: readonly string[];
  /** For a person, when it was not applied or is not known. */
  readonly why: string;
}

/** Intents of scene changes, written before one is sent and after, so that one that was cut off can be settled. */
export interface SceneWriteStore {
  readonly intend: (write: SceneWrite) => void;
  /** The first verdict stays. */
  readonly settle: (writeId: string, verdict: SceneVerdict) => void;
  readonly open: () => readonly SceneWrite[];
}
