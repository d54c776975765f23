import { afterEach, expect, it, vi } from 'vitest';
import { copyText } from './clipboard.ts';

afterEach(() => void vi.unstubAllGlobals());

const giveClipboard = (clipboard: { writeText: (text: string) => Promise<void> } | undefined): void =>
  void vi.stubGlobal('navigator', { clipboard });

it('copies a text', async () => {
  const written: string[] = [];
  giveClipboard({ writeText: async (text) => void written.push(text) });
  expect(await copyText('one')).toBe(true);
  expect(written).toEqual(['one']);
});

it('says that nothing was copied where the browser refuses', async () => {
  giveClipboard({ writeText: () => Promise.reject(new Error('NotAllowedError')) });
  expect(await copyText('one')).toBe(false);
});

it('says that nothing was copied where a page has no clipboard, as over http from another machine', async () => {
  giveClipboard(undefined);
  expect(await copyText('one')).toBe(false);
});
