import { describe, expect, it } from 'vitest';
import { adoptShared, makeWindowStore } from './windowStore.ts';

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
    '{"theme":"pink","panelSize":900,"panelOpen":"yes","lastSessionId":4,"__proto__":{}}',
  ])('ignores what is stored and wrong: %s', (text) => {
    const fresh = makeWindowStore(storageOf(null)).getState();
    expect(makeWindowStore(storageOf(text)).getState()).toEqual(fresh);
  });
});

describe('two windows', () => {
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
