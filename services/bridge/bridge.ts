import { hostname } from 'node:os';
import { databaseVariables, makeDatabase } from '../../database/index.ts';
import type { Config, VariableName } from '../../shared/node/config/index.ts';
import type { Lifecycle } from '../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';
import { natsFilesOf, natsFileVariables } from '../../shared/node/messaging/index.ts';
import { followAlerts } from './alerts/followAlerts.ts';
import { makeAnalyticsClient, watchAnalytics } from './analytics/index.ts';
import { dispatchByPerson, makeApi, nameByWords, type ApiParts } from './api/index.ts';
import { makeAssetNotes } from './assetNotes.ts';
import { makeAutoPreview } from './autoPreview.ts';
import { defaultDataDir } from './dataDir.ts';
import { makeCost } from './cost/index.ts';
import { makeEngineHost } from './engineHost.ts';
import { makeCodeModel } from './codeModel/index.ts';
import {
  authorshipOf,
  makeDirectWriter,
  makeDispatcher,
  makeRegistry,
  openRateLimit,
  rateLimitVariables,
  type FunctionSettings,
  type Push,
} from './functions/index.ts';
import { makeHeavyWork, openWorkerThread, type OpenHeavyChannel } from './heavy/index.ts';
import { makeHealth, type Health } from './health.ts';
import { makeHealthFacts } from './healthFacts.ts';
import { noHost } from './host/noHost.ts';
import type { BridgeHost } from './host/types.ts';
import { openJournal, type Journal } from './journal/index.ts';
import { useNetwork } from './network.ts';
import { openPublishing } from './publishing.ts';
import { makePushBus } from './pushBus.ts';
import { makeRealtimeEngine } from './realtime/index.ts';
import { frameLimitsOf, sessionsBefore } from './retention.ts';
import { readForSearch } from './searchReading.ts';
import { makeSessionViews, type SessionViews } from './sessionViews.ts';
import { makeSettings } from './settings.ts';
import type { SparkBridge } from './types.ts';
import {
  hashOf,
  makeCsharpChecker,
  makeUnityAdapter,
  type EditorStatus,
  type EditorTransition,
} from './unity/index.ts';

/** What `openBridge` reads; its hosts add their own names and give all to `loadConfig`. */
export const bridgeVariables = [
  ...databaseVariables,
  'SLATE_ANALYTICS_URL',
  'SLATE_ANALYTICS_TOKEN',
  'NATS_URL',
  ...natsFileVariables,
  ...rateLimitVariables,
  'UNITY_MCP_URL',
  'UNITY_MCP_TOKEN',
  'OPENAI_REALTIME_API_KEY',
  'SPARK_REALTIME_URL',
  'SPARK_REALTIME_MODEL',
  'SPARK_REALTIME_ORGANIZATION',
  'SPARK_REALTIME_PROJECT',
  'HTTPS_PROXY',
  'NO_PROXY',
  'SPARK_CA_FILE',
  'SPARK_SONNET_MODE',
  'ANTHROPIC_API_KEY',
  'SPARK_CODE_MODEL',
  'SPARK_CODE_MODEL_URL',
  'SPARK_SIMULATED',
  'SPARK_DATA_DIR',
] as const satisfies readonly VariableName[];

export interface BridgeOptions {
  readonly config: Config<(typeof bridgeVariables)[number]>;
  readonly logger: Logger;
  readonly lifecycle: Pick<Lifecycle, 'own'>;
  readonly hostKind: 'desktop' | 'web';
  readonly version: string;
  /** Where the journal lives when `SPARK_DATA_DIR` is unset; the system's place for such data by default. */
  readonly dataDir?: string;
  /** Where heavy work is done: a thread of this process unless the host has a process for it. */
  readonly openHeavy?: OpenHeavyChannel;
  /** Routes about the program itself; refused where there is none. */
  readonly host?: BridgeHost;
}

const callsPerMinute = 120;
/** Part of the host's shutdown deadline that the outbox may use for its last events. */
const flushMs = 3_000;
const expireEveryMs = 6 * 3_600_000;

/**
 * Opens SparkBridge: the journal first, and around it what is configured. No server is needed: without Unity, a model,
 * NATS or a database the bridge works with what there is and says so in its health. Throws AppError
 * `data_folder_locked` or `journal_unreadable`; anything else that is away is waited for.
 */
export async function openBridge(options: BridgeOptions): Promise<SparkBridge> {
  const { config, lifecycle, hostKind, version } = options;
  const logger = options.logger.child({ part: 'bridge' });
  const clock = Date.now;
  const journal = openJournal({
    dataDir: config.SPARK_DATA_DIR ?? options.dataDir ?? defaultDataDir(),
    source: { app: `spark-${hostKind}`, version: version.slice(0, 64), host: hostname().slice(0, 256) },
    userId: config.SPARK_USER_ID,
    clock,
    logger,
  });
  const closing = new AbortController();
  const leaveNetwork = enterNetwork(config, journal);
  const heavy = makeHeavyWork({ open: options.openHeavy ?? openWorkerThread, logger });
  const bus = makePushBus({
    logger,
    onListeners: (count) => {
      health.setWatched(count > 0);
      health.changed();
    },
  });
  const autoPreview = makeAutoPreview({
    changes: journal.changes,
    frames: journal.frames,
    isOn: () => settings.conversation().preview.auto,
    isReady: (sessionId) => editor()?.kind === 'ready' && !views.isBusy(sessionId) && !dispatcher.isBusy(sessionId),
    render: (sessionId) =>
      dispatchByPerson({ journal, dispatcher, signal: closing.signal }, sessionId, 'renderUnityPreview', {}).finished,
    logger,
  });
  const push: Push = (event) => {
    bus.push(event);
    views.onPushed(event);
    autoPreview.onPushed(event);
  };
  const views = makeSessionViews({ journal, push });
  const settings = makeSettings({ journal, push, logger });
  const expire = (): void => {
    const { retention } = settings.conversation();
    journal.expire({ frames: frameLimitsOf(retention), sessionsBefore: sessionsBefore(retention, clock()) });
  };
  expire();
  const expiry = setInterval(expire, expireEveryMs);
  expiry.unref();
  const cost = makeCost({ journal, settings: settings.conversation, push, clock });
  const database =
    config.SLATE_DB_HOST === undefined ? null : makeDatabase({ config, logger, applicationName: 'spark-bridge' });
  const unity =
    config.UNITY_MCP_URL === undefined
      ? null
      : makeUnityAdapter({
          url: config.UNITY_MCP_URL,
          token: config.UNITY_MCP_TOKEN,
          ledger: journal.ledger,
          logger: logger.child({ part: 'unity' }),
          projects: {
            of: journal.sessions.projectOf,
            bind(sessionId, project) {
              journal.sessions.setProject(sessionId, project);
              views.push(sessionId);
            },
          },
          durations: journal.editorStates.durations,
          findEdits: heavy.findEdits,
          onTransition: (transition) => keepTransition(journal, transition),
        });
  const editor = (): EditorStatus | null => unity?.editor.status() ?? null;
  const publishing = openPublishing({
    url: config.NATS_URL,
    files: natsFilesOf(config),
    journal,
    database,
    logger,
    onChange: () => health.changed(),
  });
  const openAlerts = followAlerts({
    listen: publishing.listen,
    database,
    push,
    logger: logger.child({ part: 'alerts' }),
    signal: closing.signal,
  });

  const directWriter = makeDirectWriter({
    writeProjections: database === null ? undefined : (events) => database.write(events),
    logger,
    clock,
  });
  const csharp = makeCsharpChecker();
  const codeModel = makeCodeModel({
    apiKey: config.ANTHROPIC_API_KEY,
    baseUrl: config.SPARK_CODE_MODEL_URL,
    model: config.SPARK_CODE_MODEL,
    csharp,
    logger: logger.child({ part: 'codeModel' }),
  });
  const functionSettings: FunctionSettings = {
    get sonnetMode() {
      return settings.conversation().sonnetMode ?? config.SPARK_SONNET_MODE;
    },
    codeModel,
    cost,
    realtimeModel: config.SPARK_REALTIME_MODEL,
    measureFrame: heavy.measureFrame,
  };
  const registry = makeRegistry(functionSettings);
  const rateLimit = openRateLimit({ config, perMinute: callsPerMinute, logger: logger.child({ part: 'functions' }) });
  const dispatcher = makeDispatcher({
    registry,
    journal,
    unity,
    settings: functionSettings,
    rateLimit,
    directWriter,
    diffs: heavy,
    push,
    projectName: () => editor()?.projectName ?? '',
    inform: (sessionId, text) => engine.inform({ sessionId, text }),
    clock,
    logger: logger.child({ part: 'functions' }),
  });
  const naming = {
    journal,
    views,
    project: () => openProject(editor()),
    model: config.SPARK_REALTIME_MODEL,
    simulated: config.SPARK_SIMULATED.length > 0,
  };
  const analytics =
    config.SLATE_ANALYTICS_URL === undefined
      ? null
      : makeAnalyticsClient({ url: config.SLATE_ANALYTICS_URL, token: config.SLATE_ANALYTICS_TOKEN });
  const analyticsStatus =
    analytics === null
      ? () => null
      : watchAnalytics({ client: analytics, onChange: () => health.changed(), signal: closing.signal });
  const health: Health = makeHealth({
    sources: {
      engine: () => engine.status(),
      editor,
      openEditors: () => unity?.editor.instances().length ?? 0,
      publisher: publishing.status,
      natsConnected: publishing.isConnected,
      natsAway: publishing.whyAway,
      framesNotKept: publishing.framesNotKept,
      database: database === null ? null : database.health,
      writeFailure: directWriter.lastFailure,
      consumer: publishing.consumer,
      analytics: analyticsStatus,
      facts: makeHealthFacts({ config, dataDir: journal.dataDir, editor }),
    },
    journal,
    simulated: config.SPARK_SIMULATED,
    push,
    clock,
    logger,
  });
  const engine = makeRealtimeEngine({
    url: config.SPARK_REALTIME_URL,
    model: config.SPARK_REALTIME_MODEL,
    apiKey: config.OPENAI_REALTIME_API_KEY,
    organisation: config.SPARK_REALTIME_ORGANIZATION,
    project: config.SPARK_REALTIME_PROJECT,
    proxy: { httpsProxy: config.HTTPS_PROXY, noProxy: config.NO_PROXY },
    logger: logger.child({ part: 'realtime' }),
    host: makeEngineHost({
      journal,
      registry,
      dispatcher: () => dispatcher,
      views,
      push,
      editor,
      settings: settings.conversation,
      cost,
      projectFacts: async (signal) => {
        const status = editor();
        return unity === null || status === null || !isOpen(status) ? null : await unity.projectFacts(signal);
      },
      authorship: () => authorshipOf(functionSettings),
      onStatus: () => health.changed(),
      onWords: (sessionId, text) => nameByWords(naming, sessionId, text),
      shrink: heavy.shrinkPng,
      logger,
    }),
  });
  const stopFollowing = unity?.editor.subscribe((status) => {
    nameProject(journal, views, status);
    health.changed();
  });
  if (functionSettings.sonnetMode === 'on' && !codeModel.hasKey) {
    logger.warn('SPARK_SONNET_MODE is "on", but ANTHROPIC_API_KEY is not set: no script can be written');
  }
  dispatcher.startSettling();
  const reading = readForSearch({ build: journal.searchBuild, logger });

  let closed: Promise<void> | undefined;
  async function closeAll(): Promise<void> {
    closing.abort();
    autoPreview.close();
    clearInterval(expiry);
    reading.stop();
    stopFollowing?.();
    await engine.close();
    await dispatcher.close();
    rateLimit.close();
    await unity?.close();
    await publishing.close(AbortSignal.timeout(flushMs));
    await database?.close();
    health.close();
    cost.close();
    heavy.close();
    journal.close();
    leaveNetwork();
  }
  const close = (): Promise<void> => (closed ??= closeAll());
  lifecycle.own('bridge', close);

  return {
    api: makeApi({
      version,
      host: hostKind,
      program: options.host ?? noHost,
      dataDir: journal.dataDir,
      clock,
      expire,
      ...naming,
      settings,
      cost,
      dispatcher,
      engine,
      health,
      openAlerts,
      database,
      analytics,
      unity,
      csharp,
      heavy,
      assetNotes: makeAssetNotes({ unity, signal: closing.signal, logger }),
      push,
      signal: closing.signal,
      logger: logger.child({ part: 'api' }),
    }),
    subscribe: bus.subscribe,
    isVoiceOn: () => engine.voice.isOn(),
    whyBusy() {
      const [build] = journal.builds.unfinished();
      if (build !== undefined) return `a build for ${build.target} runs`;
      if (journal.ledger.hasUnsettled()) return 'the outcome of a write is not known yet';
      const busy = journal.sessions.list().find(({ sessionId }) => views.isBusy(sessionId));
      if (busy !== undefined) return `SPARK works in “${busy.title}”`;
      return engine.voice.isOn() ? 'voice is on' : null;
    },
    wake() {
      engine.wake();
      publishing.wake();
      void unity?.editor.refresh();
      health.changed();
    },
    close,
  };
}

/** A certificate file that is none must not leave the journal locked. */
function enterNetwork(config: BridgeOptions['config'], journal: Journal): () => void {
  try {
    return useNetwork({
      httpsProxy: config.HTTPS_PROXY,
      noProxy: config.NO_PROXY,
      caFile: config.SPARK_CA_FILE,
    });
  } catch (error) {
    journal.close();
    throw error;
  }
}

/** A session made before the editor had answered gets its project when it does. */
function nameProject(journal: Journal, views: SessionViews, status: EditorStatus): void {
  const { projectName } = status;
  if (projectName === null || !isOpen(status)) return;
  for (const session of journal.sessions.list()) {
    if (session.projectName !== null || session.createdAt < journal.openedAt) continue;
    journal.sessions.setProject(session.sessionId, { name: projectName, hash: hashOf(status.instanceId) });
    views.push(session.sessionId);
  }
}

/** A session is bound only to a project that is open, never to one that was. */
const isOpen = ({ kind }: EditorStatus): boolean => kind !== 'no_editor' && kind !== 'server_away';

function openProject(status: EditorStatus | null): ReturnType<ApiParts['project']> {
  if (status === null || !isOpen(status)) return { name: null, hash: null, unityVersion: null };
  return { name: status.projectName, hash: hashOf(status.instanceId), unityVersion: status.unityVersion };
}

/** For the waits of this project, and as telemetry of the session that is worked in. */
function keepTransition(journal: Journal, transition: EditorTransition): void {
  const [session] = journal.sessions.list();
  journal.transact(() => {
    journal.editorStates.insert(transition);
    if (session === undefined || session.updatedAt < journal.openedAt) return;
    journal.outbox.append(session.sessionId, {
      type: 'telemetry',
      name: 'unity.editor_state',
      value: transition.ms,
      unit: 'ms',
      attributes: {
        from: transition.from,
        to: transition.to,
        ...(transition.projectName === null ? {} : { project: transition.projectName.slice(0, 512) }),
      },
    });
  });
}
