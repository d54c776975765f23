import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { confineContents, type GuardedContents } from './navigation.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });

class Contents extends EventEmitter {
  openWindow: ((details: { url: string }) => { action: 'deny' }) | undefined;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void {
    this.openWindow = handler;
  }
}

function confined() {
  const contents = new Contents();
  const opened: string[] = [];
  confineContents(contents satisfies GuardedContents, {
    openExternal: (url) => opened.push(url) > 0,
    logger,
  });
  const isPrevented = (event: string, url: string, isMainFrame = true): boolean => {
    let prevented = false;
    contents.emit(event, {
      url,
      isMainFrame,
      preventDefault() {
        prevented = true;
      },
    });
    return prevented;
  };
  return { contents, opened, isPrevented };
}

test.each([
  'https://example.com/',
  'file:///etc/passwd',
  'app://other/',
  'app://spark.evil/',
  'app://spark/assets/index.js',
  'javascript:alert(1)',
  'data:text/html,x',
  'not a url',
])('the window does not go to %s', (url) => {
  const { isPrevented } = confined();
  expect(isPrevented('will-navigate', url)).toBe(true);
  expect(isPrevented('will-frame-navigate', url)).toBe(true);
  expect(isPrevented('will-redirect', url)).toBe(true);
});

test('the window may load its own page again, a frame in it may not', () => {
  const { isPrevented } = confined();
  expect(isPrevented('will-navigate', 'app://spark/')).toBe(false);
  expect(isPrevented('will-frame-navigate', 'app://spark/', false)).toBe(true);
  expect(isPrevented('will-redirect', 'app://spark/')).toBe(true);
});

test('a webview is never attached', () => {
  expect(confined().isPrevented('will-attach-webview', 'app://spark/')).toBe(true);
});

test('no window is opened; the link is handed to the one function that may open links', () => {
  const { contents, opened } = confined();
  expect(contents.openWindow?.({ url: 'https://example.com/' })).toEqual({ action: 'deny' });
  expect(opened).toEqual(['https://example.com/']);
});
