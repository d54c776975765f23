import type { ApiHandlers, HealthView, PushedEvent, SessionView } from '../../../shared/contracts/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';

/** What the tray's menu tells, and what it does. */
export interface TrayFacts {
  readonly health: HealthView;
  /** Newest first. */
  readonly sessions: readonly SessionView[];
}
export interface TrayActions {
  readonly show: () => void;
  readonly openSession: (sessionId: string) => void;
  readonly openLogs: () => void;
  readonly quit: () => void;
}

/** A line of the menu, as Electron takes it. */
export interface TrayItem {
  readonly label?: string;
  readonly type?: 'separator';
  readonly enabled?: boolean;
  readonly click?: () => void;
}

const recentSessions = 5;
const longestTitle = 40;

/** One line: what works, what does not, and whether stand-ins are at work. */
export function statusLine({ dependencies, outboxDepth }: HealthView): string {
  const wanted = dependencies.filter(({ status }) => status !== 'off');
  const wrong = wanted.filter(({ status }) => status !== 'ok').map(({ label }) => label);
  const parts = [
    wrong.length === 0 ? 'SPARK is ready' : `SPARK: ${wrong.join(', ')}`,
    ...(wanted.some(({ simulated }) => simulated) ? ['sandbox'] : []),
    ...(outboxDepth > 0 ? [`${outboxDepth} to send`] : []),
  ];
  return parts.join(' · ');
}

export function trayTemplate(facts: TrayFacts, actions: TrayActions): TrayItem[] {
  const recent = facts.sessions
    .toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
    .slice(0, recentSessions)
    .map(({ sessionId, title, busy }) => ({
      // An ampersand alone would be taken for the mark of a key.
      label: `${shortened(title).replaceAll('&', '&&')}${busy ? ' (at work)' : ''}`,
      click: () => actions.openSession(sessionId),
    }));
  return [
    { label: statusLine(facts.health), enabled: false },
    { type: 'separator' },
    ...(recent.length === 0 ? [] : [...recent, { type: 'separator' } as const]),
    { label: 'Show SPARK', click: actions.show },
    { label: 'Open logs', click: actions.openLogs },
    { label: 'Quit', click: actions.quit },
  ];
}

const shortened = (title: string): string =>
  title.length > longestTitle ? `${title.slice(0, longestTitle - 1)}…` : title;

/** What changes the menu. */
const told: ReadonlySet<PushedEvent['name']> = new Set([
  'health.changed',
  'session.changed',
  'session.deleted',
  'app.reopened',
]);
/** A busy session changes many times a second; the menu need not. */
const settleMs = 1_000;

/** Keeps a tray's menu and tip true. Returns what ends it. */
export function keepTray(options: {
  readonly tray: { setToolTip(text: string): void; setMenu(template: TrayItem[]): void };
  readonly api: Pick<ApiHandlers, 'health.get' | 'session.list'>;
  readonly subscribe: (listener: (event: PushedEvent) => void) => () => void;
  readonly actions: TrayActions;
  readonly logger: Logger;
}): () => void {
  const { tray, api, actions, logger } = options;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  async function draw(): Promise<void> {
    try {
      const [health, { sessions }] = await Promise.all([api['health.get']({}), api['session.list']({})]);
      if (stopped) return;
      tray.setToolTip(statusLine(health));
      tray.setMenu(trayTemplate({ health, sessions }, actions));
    } catch (error) {
      logger.debug({ err: error }, 'the tray keeps its last menu');
    }
  }
  const unsubscribe = options.subscribe(({ name }) => {
    if (!told.has(name) || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      void draw();
    }, settleMs);
    timer.unref();
  });
  void draw();
  return () => {
    stopped = true;
    clearTimeout(timer);
    unsubscribe();
  };
}
