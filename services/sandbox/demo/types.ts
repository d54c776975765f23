import type { CallView, ChangeView, SparkEvent } from '../../../shared/contracts/index.ts';

/** Reads back from the real stores what the bridge says it did. Each resolves with undefined while the fact is not there. */
export interface Evidence {
  /** The function call's row on the primary. */
  readonly call: (sessionId: string, callId: string) => Promise<{ name: string; state: string } | undefined>;
  /** The script's row on the primary. */
  readonly script: (
    sessionId: string,
    changeId: string,
  ) => Promise<{ path: string; sha256: string | null } | undefined>;
  /** The newest message on a subject of stream SPARK. */
  readonly streamed: (subject: string) => Promise<{ streamSeq: number; event: SparkEvent } | undefined>;
  /** The event's row on the primary, once the consumer has written it. */
  readonly event: (event: SparkEvent) => Promise<{ partition: string; recordedAt: string } | undefined>;
  /** Rolls one UTC day up, as the nightly DAG does, and reads the day's count of one type. */
  readonly rollup: (day: string, type: string) => Promise<{ events: number } | undefined>;
  readonly preview: (sessionId: string, frameId: string) => Promise<{ sha256: string } | undefined>;
  readonly build: (
    sessionId: string,
    buildId: string,
  ) => Promise<{ state: string; outputPath: string | null } | undefined>;
  readonly close: () => Promise<void>;
}

/** What earlier steps found, for later ones. */
export interface Story {
  readonly sessionId: string;
  readonly messageId: string;
  call?: CallView;
  change?: ChangeView;
  event?: SparkEvent;
}

/** Where the Unity project lies, when this machine can read it. */
export type ProjectDir = string | null;
