import { useEffect } from 'react';
import { safeText } from '../../lib/safeText.ts';
import { showKeys } from '../../lib/shortcuts.ts';
import { showChat, showPanel, useOneColumn, WindowContext } from '../../lib/windowStore.ts';
import { AssetSearchContext, ChatContext, toMention } from '../chat/index.ts';
import { isArchived, OpenSessionContext, SessionsContext, useOpenSession } from '../sessions/index.ts';
import { useActions } from './useActions.ts';

export interface PaletteEntry {
  /** Unique; kept as what was chosen last. */
  readonly id: string;
  readonly name: string;
  readonly hint?: string;
  readonly shortcut?: string;
  readonly act: () => void;
}

export interface PaletteGroup {
  readonly name: string;
  readonly entries: readonly PaletteEntry[];
}

/** A list that a person reads; typing finds the rest. */
const mostSessions = 200;

/** Everything the palette finds: actions, the files that this session changed, sessions, and assets of the project. */
export function usePaletteEntries(word: string): readonly PaletteGroup[] {
  const { store } = WindowContext.useHandle();
  const isOneColumn = useOneColumn();
  const actions = useActions();
  const sessions = SessionsContext.use((state) => state.sessions);
  const changes = OpenSessionContext.use((state) => state.changes);
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  const assets = AssetSearchContext.use((state) => state.assets);
  const { search } = AssetSearchContext.useHandle();
  const { drafts } = ChatContext.useHandle();
  const { open } = useOpenSession();
  const wanted = word.trim();
  useEffect(() => {
    if (sessionId !== null) search(sessionId, wanted.length < 2 ? null : wanted);
  }, [search, sessionId, wanted]);
  useEffect(
    () => () => {
      if (sessionId !== null) search(sessionId, null);
    },
    [search, sessionId],
  );

  const newest = new Map([...changes.values()].map((change) => [change.path, change.changeId]));
  /** `@` and the path, as if it had been typed. */
  const mention = (path: string): void => {
    if (sessionId === null) return;
    const text = drafts.store.getState().texts.get(sessionId) ?? '';
    drafts.setText(sessionId, `${text}${text === '' || text.endsWith(' ') ? '' : ' '}${toMention(path)} `);
    showChat(store, isOneColumn);
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-testid="composer"]')?.focus());
  };

  return [
    {
      name: 'Actions',
      entries: actions
        .filter(({ id }) => id !== 'palette.open')
        .map(({ id, name, keys, act }) => {
          // Escape stops wherever the focus is, and is nobody's to choose.
          const shown = id === 'answer.stop' ? 'esc' : keys;
          return { id, name, act, ...(shown === null ? {} : { shortcut: showKeys(shown) }) };
        }),
    },
    {
      name: 'Changed files',
      entries: [...newest].map(([path, changeId]) => ({
        id: `file ${path}`,
        name: safeText(path),
        act: () => showPanel(store, 'changes', { changeId }),
      })),
    },
    {
      name: 'Sessions',
      entries: sessions
        .filter((session) => !isArchived(session))
        .slice(0, mostSessions)
        .map((session) => ({
          id: `session ${session.sessionId}`,
          name: safeText(session.title),
          ...(session.projectName === null ? {} : { hint: safeText(session.projectName) }),
          act: () => open(session.sessionId),
        })),
    },
    {
      name: 'Assets',
      entries: assets.map(({ path, type }) => ({
        id: `asset ${path}`,
        name: safeText(path),
        hint: `${safeText(type)} · into the message`,
        act: () => mention(path),
      })),
    },
  ];
}
