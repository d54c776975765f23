import { describe, expect, it } from 'vitest';
import {
  adoptShared,
  isPanelShown,
  makeWindowStore,
  showChat,
  showHealth,
  showPanel,
  togglePanel,
} from './windowStore.ts';

const storageOf = (text: string | null) => {
  const kept = { text };
  return { kept, getItem: () => kept.text, setItem: (_key: string, value: string) => void (kept.text = value) };
};

describe('what the window remembers', () => {
  it('comes back after a restart, without what belongs to the moment', () => {
    const storage = storageOf(null);
    makeWindowStore(storage).setState({ theme: 'light', panelTab: 'build', paletteOpen: true, view: 'health' });
    expect(makeWindowStore(storage).getState()).toMatchObject({
      theme: 'light',
      panelTab: 'build',
      paletteOpen: false,
      view: 'chat',
    });
  });

  it.each([
    'not json',
    'null',
    '7',
    '{"theme":"pink","panelSize":900,"panelOpen":"yes","lastSessionId":4,"view":"nowhere","changeId":1,"__proto__":{}}',
  ])('ignores what is stored and wrong: %s', (text) => {
    const fresh = makeWindowStore(storageOf(null)).getState();
    expect(makeWindowStore(storageOf(text), {}, storageOf(text)).getState()).toEqual(fresh);
  });
});

describe('the panel', () => {
  it('is shown by its tab from every screen, and hidden only where it is in sight', () => {
    const store = makeWindowStore(storageOf(null), { view: 'settings', panelOpen: true, panelTab: 'build' });
    expect(isPanelShown(store.getState(), false)).toBe(false);
    togglePanel(store, false);
    expect(store.getState()).toMatchObject({ view: 'chat', panelOpen: true, panelTab: 'build' });
    togglePanel(store, false);
    expect(isPanelShown(store.getState(), false)).toBe(false);
    showPanel(store, 'changes');
    expect(isPanelShown(store.getState(), false)).toBe(true);
  });

  it('covers the chat in one column, and no other screen', () => {
    const store = makeWindowStore(storageOf(null), { panelOpen: true });
    expect(isPanelShown(store.getState(), true)).toBe(true);
    showHealth(store, 'nats');
    expect(isPanelShown(store.getState(), true)).toBe(false);
    expect(isPanelShown(store.getState(), false)).toBe(true);
    showChat(store, true);
    expect(store.getState()).toMatchObject({ view: 'chat', panelOpen: false });
  });
});

describe('two windows', () => {
  it('come back each to its own session and screen when they are reloaded', () => {
    const [both, one, two] = [storageOf(null), storageOf(null), storageOf(null)];
    const [first, second] = [makeWindowStore(both, {}, one), makeWindowStore(both, {}, two)];
    first.setState({ lastSessionId: 'a', view: 'settings', settingsSection: 'budgets', panelTab: 'changes' });
    second.setState({ lastSessionId: 'b', theme: 'dark' });
    expect(makeWindowStore(both, {}, one).getState()).toMatchObject({
      lastSessionId: 'a',
      view: 'settings',
      settingsSection: 'budgets',
      panelTab: 'changes',
      theme: 'dark',
    });
    expect(makeWindowStore(both, {}, two).getState()).toMatchObject({ lastSessionId: 'b', view: 'chat' });
    // A third one begins with the layout of the one used last, in the chat.
    expect(makeWindowStore(both, {}, storageOf(null)).getState()).toMatchObject({ lastSessionId: 'b', view: 'chat' });
  });

  it('share the look and the keys, and nothing of their layout', () => {
    const [one, two] = [storageOf(null), storageOf(null)];
    const [first, second] = [makeWindowStore(one), makeWindowStore(two)];
    first.setState({
      theme: 'light',
      textSize: 'large',
      shortcuts: { 'session.new': 'mod+shift+y' },
      panelTab: 'build',
    });
    adoptShared(second, one.kept.text);
    expect(second.getState()).toMatchObject({
      theme: 'light',
      textSize: 'large',
      shortcuts: { 'session.new': 'mod+shift+y' },
      panelTab: 'preview',
    });
  });

  it('do not answer each other for ever', () => {
    const [one, two] = [storageOf(null), storageOf(null)];
    const [first, second] = [makeWindowStore(one), makeWindowStore(two)];
    first.setState({ theme: 'dark', lastSessionId: 'a' });
    adoptShared(second, one.kept.text);
    const before = one.kept.text;
    adoptShared(first, two.kept.text);
    expect(one.kept.text).toBe(before);
    adoptShared(first, 'not json');
    adoptShared(first, null);
    expect(first.getState().theme).toBe('dark');
  });
});
