import type { ApiClient, SessionView } from '../../shared/contracts/api/index.ts';
import { makeAlerts } from '../features/alerts/index.ts';
import { makeApproval } from '../features/approval/index.ts';
import { makeAttention } from '../features/attention/index.ts';
import { makeAssets } from '../features/assets/index.ts';
import { makeBuild } from '../features/build/index.ts';
import { makeChanges } from '../features/changes/index.ts';
import { loadMarkdown, makeAssetSearch, makeChat, makeImages } from '../features/chat/index.ts';
import { makeConsole } from '../features/console/index.ts';
import { makeCost } from '../features/cost/index.ts';
import { makeHealth } from '../features/health/index.ts';
import { makeHistory, makeTeam } from '../features/history/index.ts';
import { makeProgram } from '../features/program/index.ts';
import { makeInsights } from '../features/insights/index.ts';
import { makeFrames } from '../features/preview/index.ts';
import { makeProject } from '../features/project/index.ts';
import { makeSettings } from '../features/settings/index.ts';
import { isArchived, makeOpenSession, makeSessions } from '../features/sessions/index.ts';
import { makeSpeaker, makeVoice, openMicrophone } from '../features/voice/index.ts';
import { copyText } from '../lib/clipboard.ts';
import { makeTextDrafts, type ImageDrafts } from '../lib/draftStorage.ts';
import { makeKept } from '../lib/kept.ts';
import { saveFile } from '../lib/saveFile.ts';
import { scaleImage } from '../lib/scaleImage.ts';
import { askPermission, isInFront, showNotification } from '../lib/notifications.ts';
import { makeCopyReport } from '../lib/report.ts';
import { makeWindowStore, type WindowState, type WindowStorage } from '../lib/windowStore.ts';

export interface CompositionDeps {
  readonly client: ApiClient;
  /** Every window's. */
  readonly storage: WindowStorage;
  /** This window's, as long as it is open. */
  readonly windowStorage?: WindowStorage;
  readonly imageDrafts: ImageDrafts;
  readonly windowDefaults?: Partial<WindowState>;
}

export type Composition = ReturnType<typeof compose>;

/** At the next frame; a hidden page has no frames, so there after 100 ms. */
const schedule = (run: () => void): void => {
  if (document.hidden) setTimeout(run, 100);
  else requestAnimationFrame(run);
};

const urls = {
  makeUrl: (image: Blob): string => URL.createObjectURL(image),
  releaseUrl: (url: string): void => URL.revokeObjectURL(url),
};

/** The one place where stores are made and joined. */
export function compose({ client, storage, windowStorage, imageDrafts, windowDefaults = {} }: CompositionDeps) {
  const openSession = makeOpenSession({ client, schedule });
  const copyReport = makeCopyReport({
    client,
    write: copyText,
    window: () => `${navigator.userAgent} · ${innerWidth} × ${innerHeight}`,
    now: () => new Date(),
  });
  const windowStore = makeWindowStore(storage, windowDefaults, windowStorage);
  const attention = makeAttention({
    client,
    window: windowStore,
    isInFront,
    askPermission,
    show: (alert) =>
      showNotification(alert, () => {
        // A browser's window comes to the front by itself; the desktop app's is brought there by its main process.
        void client.request('desktop.act', { act: 'focus' });
        if (alert.sessionId === null) return;
        windowStore.setState({ view: 'chat', lastSessionId: alert.sessionId });
        void openSession.open(alert.sessionId);
      }),
  });
  return {
    client,
    window: { store: windowStore },
    attention,
    alerts: makeAlerts({
      client,
      window: windowStore,
      notify: ({ alertId, summary }) =>
        attention.call({ title: 'SPARK: a critical alert', body: summary, tag: `alert ${alertId}`, sessionId: null }),
    }),
    openSession,
    sessions: makeSessions({ client, saveFile, newId: () => crypto.randomUUID() }),
    history: makeHistory({ client, kept: makeKept(windowStorage, 'spark.search') }),
    team: makeTeam({ client, kept: makeKept(windowStorage, 'spark.team') }),
    health: makeHealth({ client }),
    program: makeProgram({ client }),
    copyReport,
    chat: makeChat({
      client,
      newId: () => crypto.randomUUID(),
      texts: makeTextDrafts(storage),
      imageDrafts,
      scale: scaleImage,
      ...urls,
    }),
    images: makeImages({ client, ...urls }),
    assetSearch: makeAssetSearch({ client }),
    settings: makeSettings({ client }),
    cost: makeCost({ client, openSession: openSession.store }),
    insights: makeInsights({ client }),
    approval: makeApproval({ client, texts: makeTextDrafts(storage, 'spark.approvals') }),
    project: makeProject({ client, openSession: openSession.store, texts: makeTextDrafts(storage, 'spark.rules') }),
    changes: makeChanges({ client, openSession: openSession.store }),
    frames: makeFrames({ client, ...urls }),
    assets: makeAssets({ client }),
    build: makeBuild({
      client,
      openSession: openSession.store,
      copy: copyText,
    }),
    console: makeConsole({
      client,
      openSession: openSession.store,
      isHidden: () => document.hidden,
      kept: makeKept(windowStorage, 'spark.console'),
    }),
    voice: makeVoice({ client, openMicrophone, makeSpeaker }),
  };
}

/** Reads the lists and comes back to the session of a link, the last one, the newest one, or a new one. */
export async function start(parts: Composition, linked: string | null = null): Promise<void> {
  const { sessions, health, alerts, openSession, window, settings, chat, program, client } = parts;
  // The same window over another bridge: what it has may be of other data, so all of it is asked for again.
  client.on('app.reopened', () => {
    openSession.doubt();
    void health.load();
    void alerts.load();
    void settings.load();
    void openAgain(parts);
  });
  client.on('app.link_opened', ({ sessionId }) => {
    window.store.setState({ lastSessionId: sessionId, view: 'chat', changeId: null, frameId: null, entry: null });
    void openSession.open(sessionId);
  });
  client.on('session.deleted', ({ sessionIds }) => {
    const { sessionId } = openSession.store.getState();
    if (sessionId !== null && sessionIds.includes(sessionId)) void openAgain(parts);
  });
  void health.load();
  void alerts.load();
  void settings.load();
  void chat.drafts.load();
  const markdown = loadMarkdown();
  await program.load();
  if (program.store.getState().setup?.firstRun === true) window.store.setState({ view: 'setup' });
  await sessions.load();
  const { status, sessions: all } = sessions.store.getState();
  if (status !== 'ready') return;
  const { lastSessionId } = window.store.getState();
  const wanted = linked ?? lastSessionId;
  const last = all.find(({ sessionId }) => sessionId === wanted) ?? newestOf(all) ?? (await sessions.create());
  if (linked !== null && last?.sessionId === linked) window.store.setState({ lastSessionId: linked, view: 'chat' });
  // It was on its way beside the questions above, and is there by now.
  await markdown;
  if (last !== null && openSession.store.getState().sessionId === null) await openSession.open(last.sessionId);
}

/** The newest session that is not archived. */
const newestOf = (all: readonly SessionView[]): SessionView | undefined => all.find((session) => !isArchived(session));

/** The opened session again when it is still there, else the newest one or a new one. */
async function openAgain({ sessions, openSession, window }: Composition): Promise<void> {
  await sessions.load();
  const { status, sessions: all } = sessions.store.getState();
  const now = openSession.store.getState().sessionId;
  if (status !== 'ready') return now === null ? undefined : openSession.open(now);
  const next = all.find(({ sessionId }) => sessionId === now) ?? newestOf(all) ?? (await sessions.create());
  if (next === null) return;
  if (next.sessionId !== now) window.store.setState({ lastSessionId: next.sessionId, changeId: null, frameId: null });
  await openSession.open(next.sessionId);
}
