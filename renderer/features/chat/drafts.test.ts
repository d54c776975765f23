import { describe, expect, it } from 'vitest';
import type { WindowStorage } from '../../lib/windowStore.ts';
import { makeTextDrafts } from '../../lib/draftStorage.ts';
import { noDrafts } from '../../testing/noDrafts.ts';
import { sessionId } from '../../testing/samples.ts';
import { makeDrafts } from './drafts.ts';

const fileOf = (name: string, type: string): File => new File(['x'], name, { type });
let made = 0;
const newId = (): string => `id-${(made += 1)}`;

function memory(): WindowStorage & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => void entries.set(key, value),
  };
}

describe('a draft', () => {
  it('is there again in the next window, and a text that was sent is not', () => {
    const storage = memory();
    const drafts = makeDrafts({ ...noDrafts, texts: makeTextDrafts(storage), newId });
    drafts.setText('a', 'half a sentence');
    drafts.setText('b', 'sent');
    drafts.setText('b', '');
    drafts.flush();
    const next = makeDrafts({ ...noDrafts, texts: makeTextDrafts(storage), newId });
    expect([...next.store.getState().texts]).toEqual([['a', 'half a sentence']]);
  });

  it('is empty when what is stored is no draft', () => {
    for (const stored of ['nonsense', 'null', '[1]', '{"a":7}']) {
      const storage = memory();
      storage.setItem('spark.drafts', stored);
      expect([...makeTextDrafts(storage).load()]).toEqual([]);
    }
  });

  it('takes at most four images and says what was left out', async () => {
    const drafts = makeDrafts({ ...noDrafts, newId });
    await drafts.addFiles(
      sessionId,
      Array.from({ length: 5 }, () => fileOf('a.png', 'image/png')),
    );
    expect(drafts.imagesOf(sessionId)).toHaveLength(4);
    expect(drafts.store.getState().refusal).toContain('1 image left out');
  });

  it('says of what is no image that it is none, and takes the others', async () => {
    const drafts = makeDrafts({ ...noDrafts, newId });
    await drafts.addFiles(sessionId, [fileOf('Player.cs', 'text/plain'), fileOf('a.png', 'image/png')]);
    expect(drafts.imagesOf(sessionId)).toHaveLength(1);
    expect(drafts.store.getState().refusal).toContain('Player.cs is no image');
  });
});
