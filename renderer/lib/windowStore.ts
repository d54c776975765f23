import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DependencyHealth } from '../../shared/contracts/api/index.ts';
import type { ChosenKeys } from './shortcuts.ts';
import { makeFeatureContext } from './featureContext.tsx';
import { useNarrow } from './hooks.ts';

/**
 * What the window itself remembers: nothing here is a fact of a session. The first group survives a restart; a reload and
 * a crash bring back the second too, as far as a person would miss it, and each window has its own.
 */
export const panelTabs = ['preview', 'changes', 'build', 'console', 'assets'] as const;
export type PanelTab = (typeof panelTabs)[number];
export type Theme = 'system' | 'dark' | 'light';
export type TextSize = 'small' | 'normal' | 'large';
export const views = ['chat', 'history', 'health', 'insights', 'settings', 'setup'] as const;
export type View = (typeof views)[number];

export interface WindowState {
  readonly theme: Theme;
  readonly textSize: TextSize;
  /** Combinations that the person chose, by action; null for none. See `shortcuts.ts`. */
  readonly shortcuts: ChosenKeys;
  /** Tell when something waits while the window is not in front; null while nobody has said. */
  readonly notify: boolean | null;
  /** Show alerts of the servers. */
  readonly alerts: boolean;
  /** One narrow column without rail and panel, to stand beside Unity. */
  readonly compact: boolean;
  /** Ids of what was chosen in the palette, the newest first. */
  readonly recent: readonly string[];
  readonly sidebarOpen: boolean;
  readonly panelOpen: boolean;
  readonly panelTab: PanelTab;
  /** Width of the panel in percent of the space beside the rail. */
  readonly panelSize: number;
  readonly lastSessionId: string | null;

  readonly view: View;
  readonly healthFocus: DependencyHealth['id'] | null;
  readonly paletteOpen: boolean;
  /** The section of the settings that is shown, and what is searched for. */
  readonly settingsSection: string;
  /** The change whose diff is open in the panel. */
  readonly changeId: string | null;
  /** The line of that diff which is scrolled to and marked. */
  readonly changeLine: number | null;
  /** The frame that is shown; null follows the newest. */
  readonly frameId: string | null;
  /** The message or call that the conversation scrolls to and marks; see `showEntry`. */
  readonly entry: { readonly id: string } | null;
  /** What became of an action that leaves nothing on the screen, said for a moment. */
  readonly said: { readonly text: string; readonly ms: number } | null;
}

export type WindowStore = StoreApi<WindowState>;
export const WindowContext = makeFeatureContext<WindowState, { readonly store: WindowStore }>('the window');

/** The same in every window of this browser or app; see `adoptShared`. */
const shared = ['theme', 'textSize', 'shortcuts', 'notify', 'alerts'] as const;
const layout = ['compact', 'sidebarOpen', 'panelOpen', 'panelTab', 'panelSize', 'lastSessionId'] as const;
/** For the next start, and for a window that is opened beside this one. */
const remembered = [...shared, ...layout, 'recent'] as const;
/** For this window alone: two of them must not take each other's place at a reload. */
const own = [...layout, 'view', 'settingsSection', 'changeId', 'frameId'] as const;
export const storageKey = 'spark.window';

/** The part of Storage that is used. */
export type WindowStorage = Pick<Storage, 'getItem' | 'setItem'>;

const nowhere: WindowStorage = { getItem: () => null, setItem: () => undefined };

/**
 * Makes the store. `storage` is every window's, `ofWindow` this one's as long as it is open. What is stored and
 * unreadable, or of another type, is ignored.
 */
export function makeWindowStore(
  storage: WindowStorage,
  defaults: Partial<WindowState> = {},
  ofWindow: WindowStorage = nowhere,
): WindowStore {
  const initial: WindowState = {
    theme: 'system',
    textSize: 'normal',
    shortcuts: {},
    notify: null,
    alerts: true,
    compact: false,
    recent: [],
    sidebarOpen: true,
    panelOpen: true,
    panelTab: 'preview',
    panelSize: 40,
    lastSessionId: null,
    view: 'chat',
    healthFocus: null,
    paletteOpen: false,
    settingsSection: 'appearance',
    changeId: null,
    changeLine: null,
    frameId: null,
    entry: null,
    said: null,
    ...defaults,
  };
  const store = createStore<WindowState>(() => ({
    ...initial,
    ...restore(storage, remembered, initial),
    ...restore(ofWindow, own, initial),
  }));
  store.subscribe((state) => {
    keep(storage, remembered, state);
    keep(ofWindow, own, state);
  });
  return store;
}

/** Takes over what another window has just stored: the event of `storage`. */
export function adoptShared(store: WindowStore, stored: string | null): void {
  const state = store.getState();
  const given = restore({ getItem: () => stored }, shared, state);
  const changed = shared.filter((key) => key in given && JSON.stringify(given[key]) !== JSON.stringify(state[key]));
  // Nothing is set where nothing differs: two windows would answer each other for ever.
  if (changed.length > 0) store.setState(Object.fromEntries(changed.map((key) => [key, given[key]])));
}

function keep(storage: WindowStorage, keys: readonly (keyof WindowState)[], state: WindowState): void {
  try {
    storage.setItem(storageKey, JSON.stringify(Object.fromEntries(keys.map((key) => [key, state[key]]))));
  } catch {
    // Storage may be full or forbidden: the window then only forgets its layout.
  }
}

function restore(
  storage: Pick<Storage, 'getItem'>,
  keys: readonly (keyof WindowState)[],
  initial: WindowState,
): Partial<WindowState> {
  try {
    const stored: unknown = JSON.parse(storage.getItem(storageKey) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return {};
    const wanted: readonly string[] = keys;
    const entries = Object.entries(stored).filter(
      ([key, value]) => wanted.includes(key) && isKept(key, value, initial),
    );
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}

function isKept(key: string, value: unknown, initial: WindowState): boolean {
  if (key === 'theme') return value === 'system' || value === 'dark' || value === 'light';
  if (key === 'textSize') return value === 'small' || value === 'normal' || value === 'large';
  if (key === 'notify') return value === null || typeof value === 'boolean';
  if (key === 'recent') return Array.isArray(value) && value.every((id) => typeof id === 'string');
  if (key === 'shortcuts') return isChosenKeys(value);
  if (key === 'panelTab') return panelTabs.some((tab) => tab === value);
  if (key === 'panelSize') return typeof value === 'number' && value >= 20 && value <= 75;
  if (key === 'view') return views.some((view) => view === value);
  if (key === 'lastSessionId' || key === 'changeId' || key === 'frameId')
    return value === null || typeof value === 'string';
  return [...remembered, ...own].some((name) => name === key && typeof value === typeof initial[name]);
}

const isChosenKeys = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((keys) => keys === null || typeof keys === 'string');

/** Opens the settings at a section. */
export const showSettings = (store: WindowStore, settingsSection = 'appearance'): void =>
  store.setState({ view: 'settings', settingsSection });

/** Screens that are not about the session: the panel beside them would be of something else. */
const wholeWidth: ReadonlySet<View> = new Set(['history', 'insights', 'settings', 'setup']);

/** Whether the panel is in sight now. Where there is one column it covers the chat, and no other screen. */
export const isPanelShown = ({ panelOpen, view }: WindowState, isOneColumn: boolean): boolean =>
  panelOpen && (isOneColumn ? view === 'chat' : !wholeWidth.has(view));

/** Opens the panel at a tab, beside the chat. */
export const showPanel = (store: WindowStore, panelTab: PanelTab, more: Partial<WindowState> = {}): void =>
  store.setState({ changeLine: null, ...more, view: 'chat', panelOpen: true, panelTab });

/** Brings the chat into sight; in one column the panel would cover it. */
export const showChat = (store: WindowStore, isOneColumn: boolean): void =>
  store.setState({ view: 'chat', ...(isOneColumn ? { panelOpen: false } : {}) });

/** Closes the panel where it is in sight, opens it where it is not. */
export const togglePanel = (store: WindowStore, isOneColumn: boolean): void => {
  const state = store.getState();
  if (isPanelShown(state, isOneColumn)) store.setState({ panelOpen: false });
  else showPanel(store, state.panelTab);
};

/** One column: the window is narrow, or compact. The panel then covers the chat. */
export function useOneColumn(): boolean {
  const narrow = useNarrow();
  const compact = WindowContext.use((state) => state.compact);
  return narrow || compact;
}

/** Opens Health, at one dependency's line when it is given. */
export const showHealth = (store: WindowStore, healthFocus: DependencyHealth['id'] | null = null): void =>
  store.setState({ view: 'health', healthFocus });

/**
 * Goes to a message or call of the opened session, by its id, and marks it. After `useOpenSession().open(sessionId)` it
 * waits until that session stands; an id that is not in it changes nothing.
 */
export const showEntry = (store: WindowStore, id: string): void => store.setState({ view: 'chat', entry: { id } });
