import { describe, expect, it } from 'vitest';
import { makeWindowStore } from './windowStore.ts';

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
