import { useMemo } from 'react';
import { actionNames } from '../../lib/actionNames.ts';
import { copyShownMs, copyWords } from '../../lib/clipboard.ts';
import { useCopyReport } from '../../lib/report.ts';
import { actionIds, keysOf, type ActionId } from '../../lib/shortcuts.ts';
import {
  showChat,
  showHealth,
  showPanel,
  showSettings,
  togglePanel,
  useOneColumn,
  WindowContext,
  type Theme,
} from '../../lib/windowStore.ts';
import { BuildContext } from '../build/index.ts';
import { ChangesContext, newestStanding } from '../changes/index.ts';
import { ChatContext } from '../chat/index.ts';
import { TeamContext } from '../history/index.ts';
import { FramesContext } from '../preview/index.ts';
import { ProgramContext } from '../program/index.ts';
import { isArchived, OpenSessionContext, SessionsContext, useOpenSession } from '../sessions/index.ts';

export interface Action {
  readonly id: ActionId;
  readonly name: string;
  /** The combination that does it; null for none. */
  readonly keys: string | null;
  readonly act: () => void;
}

const nextTheme: Readonly<Record<Theme, Theme>> = { system: 'dark', dark: 'light', light: 'system' };

/** What can be done now, by the palette and by key: an action that cannot run is not listed. */
export function useActions(): readonly Action[] {
  const { store } = WindowContext.useHandle();
  const chosen = WindowContext.use((state) => state.shortcuts);
  const isOneColumn = useOneColumn();
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  const busy = OpenSessionContext.use((state) => state.session?.busy ?? false);
  const archived = OpenSessionContext.use((state) => (state.session === null ? null : isArchived(state.session)));
  const onTop = ProgramContext.use((state) => state.setup?.alwaysOnTop ?? null);
  const { act } = ProgramContext.useHandle();
  const { render } = FramesContext.useHandle();
  const { start } = BuildContext.useHandle();
  const { stop } = ChatContext.useHandle();
  const { undo } = ChangesContext.useHandle();
  const changes = OpenSessionContext.use((state) => state.changes);
  const last = useMemo(
    () => (sessionId === null ? null : newestStanding(changes.values(), sessionId)),
    [changes, sessionId],
  );
  const { create, fork } = useOpenSession();
  const { archive, save } = SessionsContext.useHandle();
  const { closeSession: closeTeamSession } = TeamContext.useHandle();
  const copyReport = useCopyReport();

  const sayCopied = async (copying: Promise<boolean>): Promise<void> => {
    const outcome = (await copying) ? 'copied' : 'refused';
    const text = outcome === 'copied' ? 'Report copied' : copyWords.refused;
    store.setState({ said: { text, ms: copyShownMs[outcome] } });
  };
  const acts: Readonly<Record<ActionId, (() => void) | null>> = {
    'palette.open': () => store.setState(({ paletteOpen }) => ({ paletteOpen: !paletteOpen })),
    'session.new': create,
    'session.fork': sessionId !== null && !busy ? () => fork(sessionId) : null,
    'session.export': sessionId === null ? null : () => void save(sessionId, 'markdown'),
    'session.archive': sessionId !== null && archived === false && !busy ? () => void archive(sessionId, true) : null,
    'session.restore': sessionId !== null && archived === true ? () => void archive(sessionId, false) : null,
    'sidebar.toggle': () => store.setState(({ sidebarOpen }) => ({ sidebarOpen: !sidebarOpen })),
    'panel.toggle': () => togglePanel(store, isOneColumn),
    'panel.preview': () => showPanel(store, 'preview'),
    'panel.changes': () => showPanel(store, 'changes'),
    'panel.build': () => showPanel(store, 'build'),
    'panel.console': () => showPanel(store, 'console'),
    'panel.assets': () => showPanel(store, 'assets'),
    'chat.show': () => showChat(store, isOneColumn),
    'composer.focus': () => {
      showChat(store, isOneColumn);
      focus('composer');
    },
    'change.undo':
      last === null
        ? null
        : () => {
            showPanel(store, 'changes', { changeId: last.changeId });
            void undo(last.changeId);
          },
    'preview.render':
      sessionId === null
        ? null
        : () => {
            showPanel(store, 'preview', { frameId: null });
            void render(sessionId);
          },
    'build.start':
      sessionId === null
        ? null
        : () => {
            showPanel(store, 'build');
            void start(sessionId);
          },
    'insights.show': () => store.setState({ view: 'insights' }),
    'history.show': () => {
      closeTeamSession();
      store.setState({ view: 'history' });
      focus('history-words');
    },
    'health.show': () => showHealth(store),
    'settings.show': () => showSettings(store),
    'setup.show': () => store.setState({ view: 'setup' }),
    'report.copy': copyReport === null ? null : () => void sayCopied(copyReport()),
    'answer.stop': sessionId !== null && busy ? () => void stop(sessionId) : null,
    'theme.next': () => store.setState(({ theme }) => ({ theme: nextTheme[theme] })),
    'compact.toggle': () => store.setState(({ compact }) => ({ compact: !compact, view: 'chat' })),
    'onTop.toggle': onTop === null ? null : () => void act({ act: 'always_on_top', on: !onTop }),
    'window.new': () => {
      if (onTop === null) window.open(location.pathname, '_blank', 'noopener');
      else void act({ act: 'new_window' });
    },
  };
  return actionIds.flatMap((id) => {
    const run = acts[id];
    return run === null ? [] : [{ id, name: actionNames[id], keys: keysOf(id, chosen), act: run }];
  });
}

/** The screen may have to be shown first. */
function focus(testId: string): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-testid="${testId}"]`)?.focus());
}
