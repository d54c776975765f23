import { describe, expect, it } from 'vitest';
import { callNames, calls, endPairAfterEach, isSame, onBoth, path, start } from './testing/frontCalls.ts';
import type { Side } from './testing/frontPair.ts';

/**
 * Our own MCP server beside the real one, each with equal editors: the same call must have the same answer. What
 * differs is mended in `server/`.
 */
endPairAfterEach();

describe('an editor that answers', () => {
  it.each(callNames)('%s', async (name) => {
    await start();
    await isSame(name);
  });
});

describe('two editors', () => {
  it.each(callNames)('none chosen: %s', async (name) => {
    await start(['First', 'Second']);
    await isSame(name);
  });
  it.each(callNames)('one named in the call: %s', async (name) => {
    await start(['First', 'Second']);
    const { tool, args } = calls[name] ?? { tool: name, args: {} };
    const [own, real] = await onBoth(({ call, editors }) =>
      call(tool, { ...args, unity_instance: `Second@${editors[1]?.projectHash ?? ''}` }),
    );
    expect(own).toEqual(real);
  });
});

describe('choosing an editor', () => {
  it.each([
    ['by its id', (side: Side) => `Second@${side.editors[1]?.projectHash ?? ''}`],
    ['by the start of its hash', (side: Side) => side.editors[1]?.projectHash.slice(0, 8) ?? ''],
    ['by a name that is not there', () => 'Third@0123456789abcdef'],
    ['by a port', () => '6400'],
  ] as const)('%s', async (_how, instanceOf) => {
    await start(['First', 'Second']);
    const [own, real] = await onBoth(async (side) => [
      await side.call('set_active_instance', { instance: instanceOf(side) }),
      await side.call('get_sha', { uri: path }),
    ]);
    expect(own).toEqual(real);
  });
});

describe('a resource', () => {
  it.each(['mcpforunity://instances', 'mcpforunity://editor/state', 'mcpforunity://project/info'])(
    '%s',
    async (uri) => {
      await start();
      const [own, real] = await onBoth(({ read }) => read(uri));
      expect(own).toEqual(real);
    },
  );

  it('that does not exist is refused in the same words', async () => {
    await start();
    const [own, real] = await onBoth(({ read }) => read('mcpforunity://nope'));
    // The real server says -32002; the SDK that ours is made with sends that code as -32602.
    expect(own).toEqual({ ...Object(real), code: -32_602 });
    expect(real).toMatchObject({ code: -32_002 });
  });
});

describe('over HTTP', () => {
  const accept = 'application/json, text/event-stream';
  const json = { 'content-type': 'application/json', accept };
  const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  const requests: Readonly<Record<string, [path: string, init: RequestInit]>> = {
    'no session': ['/mcp', { method: 'POST', headers: json, body: list }],
    'an unknown session': ['/mcp', { method: 'POST', headers: { ...json, 'mcp-session-id': 'nope' }, body: list }],
    'a body over 4 MiB': ['/mcp', { method: 'POST', headers: json, body: JSON.stringify('x'.repeat(5_000_000)) }],
    'no route': ['/nope', {}],
    'the instances': ['/api/instances', {}],
  };
  it.each(Object.keys(requests))('%s', async (name) => {
    await start();
    const [where, init] = requests[name] ?? ['/', {}];
    const [own, real] = await onBoth(async ({ url, normalize }) => {
      const response = await fetch(new URL(where, url), init);
      return normalize([response.status, await response.text()]);
    });
    expect(own).toEqual(real);
  });
});
