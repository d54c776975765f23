import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { expectedShape, probes } from './probes.ts';
import { compareShapes, shapeOf } from './shapes.ts';

const same = { missing: [], added: [], changed: [] };
const compare = (expected: unknown, seen: unknown) => compareShapes(shapeOf(expected), shapeOf(seen));

describe('shapes of replies', () => {
  it('tell fields that are missing, new or of another type', () => {
    const difference = compare({ a: 1, b: { c: 'x' } }, { a: '1', b: {}, d: true });
    expect(difference).toEqual({ missing: ['b.c'], added: ['d'], changed: ['a: number → string'] });
  });

  it('do not miss what lies below null or in an empty list', () => {
    expect(compare({ data: { x: 1 }, list: [{ y: 2 }] }, { data: null, list: [] })).toEqual(same);
  });
});

const captures: Readonly<Record<string, string>> = {
  'sha of a script': 'get_sha-ok',
  'text of a script': 'manage_script-read-ok',
  'check of a script': 'validate_script-ok',
  'information on an asset': 'manage_asset-get-info',
  'search in a folder': 'manage_asset-search',
  console: 'read_console-json',
  picture: 'manage_camera-screenshot-image',
};
const exchange = z.object({
  clientResult: z.object({ content: z.tuple([z.object({ text: z.string() })]).rest(z.unknown()) }),
});

describe('what the check of a live editor expects', () => {
  it.each(Object.entries(captures))('of %s is what was captured', (name, file) => {
    const url = new URL(`../../../sandbox/unity/captures/exchanges/${file}.json`, import.meta.url);
    const { clientResult } = exchange.parse(JSON.parse(readFileSync(url, 'utf8')));
    const probe = probes.find((other) => other.name === name);
    const body: unknown = JSON.parse(clientResult.content[0].text);
    expect(probe && compareShapes(expectedShape(probe), shapeOf(body))).toEqual(same);
  });
});
