import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DependencyHealth } from '../../shared/contracts/api/index.ts';
import { makeFeatureContext } from './featureContext.tsx';

/** What the window itself remembers: nothing here is a fact of a session. The first group survives a restart. */
export const panelTabs = ['preview', 'changes', 'build', 'console'] as const;
export type PanelTab = (typeof panelTabs)[number];
export type Theme = 'system' | 'dark' | 'light';

export interface WindowState {
  readonly theme: Theme;
  readonly sidebarOpen: boolean;
  readonly panelOpen: boolean;
  readonly panelTab: PanelTab;
  /** Width of the panel in percent of the space beside the rail. */
  readonly panelSize: number;
  readonly lastSessionId: string | null;

  readonly view: 'chat' | 'health';
  readonly healthFocus: DependencyHealth['id'] | null;
  readonly paletteOpen: boolean;
  readonly settingsOpen: boolean;
  /** The change whose diff is open in the panel. */
  readonly changeId: string | null;
  /** The frame that is shown; null follows the newest. */
  readonly frameId: string | null;
  /** The message or call that the conversation scrolls to and marks; see `showEntry`. */
  readonly entry: { readonly id: string } | null;
}

export type WindowStore = StoreApi<WindowState>;
export const WindowContext = makeFeatureContext<WindowState, { readonly store: WindowStore }>('the window');

const remembered = ['theme', 'sidebarOpen', 'panelOpen', 'panelTab', 'panelSize', 'lastSessionId'] as const;
const storageKey = 'spark.window';

/** The part of Storage that is used. */
export type WindowStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** Makes the store; `storage` keeps the first group. What is stored and unreadable, or of another type, is ignored. */
export function makeWindowStore(storage: WindowStorage, defaults: Partial<WindowState> = {}): WindowStore {
  const initial: WindowState = {
    theme: 'system',
    sidebarOpen: true,
    panelOpen: true,
    panelTab: 'preview',
    panelSize: 40,
    lastSessionId: null,
    view: 'chat',
    healthFocus: null,
    paletteOpen: false,
    settingsOpen: false,
    changeId: null,
    frameId: null,
    entry: null,
    ...defaults,
  };
  const store = createStore<WindowState>(() => ({ ...initial, ...restore(storage, initial) }));
  store.subscribe((state) => {
    const kept = Object.fromEntries(remembered.map((key) => [key, state[key]]));
    try {
      storage.setItem(storageKey, JSON.stringify(kept));
    } catch {
      // Storage may be full or forbidden: the window then only forgets its layout.
    }
  });
  return store;
}

function restore(storage: WindowStorage, initial: WindowState): Partial<WindowState> {
  try {
    const stored: unknown = JSON.parse(storage.getItem(storageKey) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return {};
    const entries = Object.entries(stored).filter(([key, value]) => isKept(key, value, initial));
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}

function isKept(key: string, value: unknown, initial: WindowState): boolean {
  if (key === 'theme') return value === 'system' || value === 'dark' || value === 'light';
  if (key === 'panelTab') return panelTabs.some((tab) => tab === value);
  if (key === 'panelSize') return typeof value === 'number' && value >= 20 && value <= 75;
  if (key === 'lastSessionId') return value === null || typeof value === 'string';
  return remembered.some((name) => name === key && typeof value === typeof initial[name]);
}

/** Opens the panel at a tab. */
export const showPanel = (store: WindowStore, panelTab: PanelTab, more: Partial<WindowState> = {}): void =>
  store.setState({ ...more, panelOpen: true, panelTab });

/** Opens Health, at one dependency's line when it is given. */
export const showHealth = (store: WindowStore, healthFocus: DependencyHealth['id'] | null = null): void =>
  store.setState({ view: 'health', healthFocus });

/**
 * Goes to a message or call of the opened session, by its id, and marks it. After `useOpenSession().open(sessionId)` it
 * waits until that session stands; an id that is not in it changes nothing.
 */
export const showEntry = (store: WindowStore, id: string): void => store.setState({ view: 'chat', entry: { id } });
