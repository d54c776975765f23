import { describe, expect, it } from 'vitest';
import { makeFakeClient, ok } from '../../testing/fakeClient.ts';
import { makeFrames } from './framesStore.ts';

describe('images of frames', () => {
  it('are read once, limited in number, and released when they make room', async () => {
    const released: string[] = [];
    let made = 0;
    const client = makeFakeClient({ 'frame.read': () => ok({ mimeType: 'text/html', bytes: new Uint8Array([1]) }) });
    const types: string[] = [];
    const frames = makeFrames({
      client,
      limit: 2,
      makeUrl: ({ type }) => {
        types.push(type);
        return `blob:${(made += 1)}`;
      },
      releaseUrl: (url) => released.push(url),
    });
    for (const id of ['a', 'a', 'b', 'c']) await frames.show(id);
    expect(client.requests).toHaveLength(3);
    expect([...frames.store.getState().images.keys()]).toEqual(['b', 'c']);
    expect(released).toEqual(['blob:1']);
    expect(new Set(types)).toEqual(new Set(['image/png']));
  });
});
