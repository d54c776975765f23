import type {
  ApiResult,
  SessionView,
  ConnectionTest,
  ErrorInfo,
  HealthView,
  InsightsView,
  RouteOutput,
  SessionSnapshot,
  SetupView,
  UsageView,
} from '../../shared/contracts/api/index.ts';
import type { FakeRoutes } from './fakeClient.ts';
import type { HistoryFilter } from '../features/history/historyStore.ts';
import type { TeamFilter } from '../features/history/teamStore.ts';
import type { VoiceView } from '../features/voice/voiceTypes.ts';
import type { Uas } from '../../shared/contracts/uas.ts';
import type { WindowState } from '../lib/windowStore.ts';

/** One state of the window, and what its fake client answers. */
export interface GalleryState {
  readonly snapshot: SessionSnapshot;
  readonly health?: HealthView;
  /** How the program stands; set up, without a sandbox unless given. */
  readonly setup?: SetupView;
  /** The answer to each test of a connection; what is not named is not set up. */
  readonly tests?: Readonly<Partial<Record<string, ConnectionTest>>>;
  /** Pushed once the window stands. */
  readonly laterHealth?: HealthView;
  /** Alerts of the servers that are open, and those that are told once the window stands. */
  readonly alerts?: RouteOutput<'alert.list'>['alerts'];
  readonly laterAlerts?: RouteOutput<'alert.list'>['alerts'];
  /** What waited while the window was not in front. */
  readonly offer?: string;
  readonly window?: Partial<WindowState>;
  readonly offline?: boolean;
  readonly stored?: boolean;
  /** Asked for at the opened change as soon as the window stands, and answered with this. */
  readonly undo?: RouteOutput<'change.undo'>;
  /** The Unity Editors that are open. */
  readonly editors?: RouteOutput<'unity.list_instances'>['instances'];
  /** Builds of the project, newest first. */
  readonly builds?: RouteOutput<'build.history'>['builds'];
  /** In the assets tab: a search, the tree of an opened asset, or why it cannot be read. */
  readonly asset?: { readonly word?: string; readonly open?: Uas; readonly fails?: string };
  /** What the console answers; without it, that it cannot be read. */
  readonly console?: RouteOutput<'console.read'>;
  /** Places of the lines of the console that are chosen. */
  readonly chosenLines?: readonly number[];
  /** Answers that differ from the usual ones. */
  readonly routes?: FakeRoutes;
  /** What a search of the history answers, and what goes with a session that is deleted. */
  readonly history?: () => ApiResult<RouteOutput<'history.search'>> | Promise<ApiResult<RouteOutput<'history.search'>>>;
  readonly deletion?: RouteOutput<'session.describe_deletion'>;
  /** What is looked for as soon as the window stands. */
  readonly search?: Partial<HistoryFilter>;
  /** The team's sessions are searched as soon as the window stands; one is opened by its id at something of it. */
  readonly team?: { readonly filter?: Partial<TeamFilter>; readonly open?: readonly [string, string | null] };
  readonly sessions?: readonly SessionView[];
  /** What is in the composer. */
  readonly draft?: { readonly text: string; readonly images: number };
  /** What voice does; no microphone is opened. */
  readonly voice?: Partial<VoiceView>;
  /** Typed into the composer by key. */
  readonly type?: string;
  /** What was used and spent. */
  readonly usage?: UsageView;
  /** The figures of insights: what is answered, that it fails, or that no answer comes. */
  readonly insights?: InsightsView | ErrorInfo | 'never';
  /** Name, or beginning of the name, of the first button that is pressed, or of several one after another, as soon as the window stands. */
  readonly press?: string | readonly string[];
  /** The texts of the opened change, where they are not those of the player controller. */
  readonly texts?: { readonly before: string | null; readonly after: string | null };
}
