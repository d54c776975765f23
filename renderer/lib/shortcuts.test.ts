import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { actionIds, combinationOf, defaultKeys, keysOf, problemOfKeys, showKeys } from './shortcuts.ts';

const press = (key: string, more: Partial<Parameters<typeof combinationOf>[0]> = {}) =>
  combinationOf({ key, metaKey: false, ctrlKey: true, shiftKey: false, altKey: false, ...more });
const nameOf = (id: string): string => id;

describe('a combination of keys', () => {
  beforeEach(() => vi.stubGlobal('navigator', { userAgent: 'X11; Linux x86_64' }));
  afterEach(() => vi.unstubAllGlobals());

  it('is the same however the keyboard writes it', () => {
    expect(press('K', { shiftKey: true })).toBe('mod+shift+k');
    expect(press('!', { shiftKey: true, code: 'Digit1' })).toBe('mod+shift+1');
    expect(press('1', { code: 'Numpad1' })).toBe('mod+1');
    expect(press('F6', { ctrlKey: false })).toBe('f6');
  });

  it('is none while only its modifiers are held, or without any', () => {
    expect(press('Control')).toBeNull();
    expect(press('k', { ctrlKey: false })).toBeNull();
    expect(press('k', { metaKey: true })).toBeNull();
  });

  it('is ⌘ on a Mac, where Ctrl is for text', () => {
    vi.stubGlobal('navigator', { userAgent: 'Macintosh; Intel Mac OS X' });
    expect(press('k', { ctrlKey: false, metaKey: true })).toBe('mod+k');
    expect(press('k')).toBeNull();
    expect(showKeys('mod+shift+k')).toBe('⌘⇧K');
  });

  it('is shown in words elsewhere', () => {
    expect(showKeys('mod+shift+k')).toBe('Ctrl Shift K');
    expect(showKeys('mod+.')).toBe('Ctrl .');
    expect(showKeys('mod++')).toBe('Ctrl +');
  });
});

describe('the keys of an action', () => {
  it('are the person’s, none where they were taken away, else the default', () => {
    expect(keysOf('session.new', {})).toBe('mod+j');
    expect(keysOf('session.new', { 'session.new': 'mod+shift+j' })).toBe('mod+shift+j');
    expect(keysOf('session.new', { 'session.new': null })).toBeNull();
  });

  it('cannot be another action’s, by default or by choice, nor the browser’s', () => {
    expect(problemOfKeys('session.new', 'mod+b', {}, nameOf)).toContain('sidebar.toggle');
    expect(problemOfKeys('session.new', 'mod+b', { 'sidebar.toggle': 'mod+shift+y' }, nameOf)).toBeNull();
    expect(problemOfKeys('session.new', 'mod+shift+y', { 'sidebar.toggle': 'mod+shift+y' }, nameOf)).toContain(
      'sidebar',
    );
    expect(problemOfKeys('session.new', 'mod+w', {}, nameOf)).toContain('browser');
    expect(problemOfKeys('session.new', 'mod+j', {}, nameOf)).toBeNull();
  });

  it('are in conflict with nothing as they come', () => {
    const wrong = actionIds.flatMap((id) => {
      const keys = defaultKeys[id];
      return keys === null ? [] : (problemOfKeys(id, keys, {}, nameOf) ?? []);
    });
    expect(wrong).toEqual([]);
  });
});
