import type { Database } from '../../../database/index.ts';
import type { Alert } from '../../../shared/contracts/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { AnalyticsClient } from '../analytics/index.ts';
import type { AssetNotes } from '../assetNotes.ts';
import type { Cost } from '../cost/index.ts';
import type { Dispatcher, Push } from '../functions/index.ts';
import type { Health } from '../health.ts';
import type { BridgeHost } from '../host/types.ts';
import type { JournalTables } from '../journal/index.ts';
import type { HeavyWork } from '../heavy/index.ts';
import type { RealtimeEngine } from '../realtime/types.ts';
import type { SessionViews } from '../sessionViews.ts';
import type { Settings } from '../settings.ts';
import type { CsharpChecker } from '../unity/index.ts';
import type { UnityAdapter } from '../unity/types.ts';

/** What the handlers of the routes are given. */
export interface ApiParts {
  readonly version: string;
  readonly host: 'desktop' | 'web';
  readonly program: BridgeHost;
  readonly simulated: boolean;
  /** The journal's folder. */
  readonly dataDir: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Takes away what the retention does not keep. */
  readonly expire: () => void;
  /** The model's name, for the session's event. */
  readonly model: string;
  readonly journal: JournalTables;
  readonly settings: Settings;
  readonly cost: Cost;
  readonly dispatcher: Dispatcher;
  readonly engine: RealtimeEngine;
  readonly health: Health;
  /** Alerts of the servers, newest first. */
  readonly openAlerts: () => readonly Alert[];
  readonly views: SessionViews;
  /** Null when no Unity MCP is configured. */
  readonly unity: UnityAdapter | null;
  readonly csharp: CsharpChecker;
  /** Null when no database is configured. */
  readonly database: Pick<Database, 'read'> | null;
  /** Null when no analytics API is configured. */
  readonly analytics: AnalyticsClient | null;
  /** The project that is open now; all null when none is. */
  readonly project: () => {
    readonly name: string | null;
    readonly hash: string | null;
    readonly unityVersion: string | null;
  };
  /** What takes longer than a window may wait, done elsewhere. */
  readonly heavy: HeavyWork;
  /** What the model is told of the assets that a message names. */
  readonly assetNotes: AssetNotes;
  readonly push: Push;
  /** Ends with the bridge. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}
