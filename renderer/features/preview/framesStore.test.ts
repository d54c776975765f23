import { describe, expect, it } from 'vitest';
import { makeFakeClient, ok } from '../../testing/fakeClient.ts';
import { makeFrames, thumbnailKey } from './framesStore.ts';

/** Every image has `bytes` bytes; its URL is its id. */
function setUp({ bytes = 1, thumbnails = 2, maxBytes = 100 } = {}) {
  const released: string[] = [];
  const types: string[] = [];
  let made = 0;
  const client = makeFakeClient({
    'frame.read': () => ok({ mimeType: 'text/html', bytes: new Uint8Array(bytes) }),
  });
  const frames = makeFrames({
    client,
    thumbnails,
    maxBytes,
    makeUrl: ({ type }) => {
      types.push(type);
      return `blob:${(made += 1)}`;
    },
    releaseUrl: (url) => released.push(url),
  });
  return { client, frames, released, types, kept: () => [...frames.store.getState().images.keys()] };
}

describe('images of frames', () => {
  it('are read once, and are images whatever they say', async () => {
    const { client, frames, types } = setUp();
    for (const id of ['a', 'a', 'b']) await frames.show(id);
    expect(client.requests).toHaveLength(2);
    expect(new Set(types)).toEqual(new Set(['image/png']));
  });

  it('are limited by their bytes, and those used longest ago are released', async () => {
    const { frames, released, kept } = setUp({ bytes: 40, maxBytes: 100 });
    for (const id of ['a', 'b', 'a', 'c']) await frames.show(id);
    expect(kept()).toEqual(['a', 'c']);
    expect(released).toEqual(['blob:2']);
  });

  it('that are compared stay, however large they are', async () => {
    const { frames, released, kept } = setUp({ bytes: 400, maxBytes: 100 });
    for (const id of ['a', 'b', 'c']) await frames.show(id);
    expect(kept()).toEqual(['b', 'c']);
    expect(released).toEqual(['blob:1']);
  });

  it('stay while the timeline is scrolled: thumbnails make room among themselves', async () => {
    const { frames, kept } = setUp({ thumbnails: 2 });
    await frames.show('shown');
    for (const id of ['a', 'b', 'c']) await frames.show(id, 'thumbnail');
    expect(kept()).toEqual(['shown', thumbnailKey('b'), thumbnailKey('c')]);
  });
});
