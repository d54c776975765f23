import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, ProtocolError, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { writeText } from '../editor/files.ts';
import { makeUnityEditorSim, startSimulatorServer, type UnityEditorSim } from '../index.ts';
import { connectEditorPlugin } from '../plugin/editorPlugin.ts';
import { sharedRealServer, whenAnswering, whenGone } from './sharedRealServer.ts';

/** One of the two MCP servers with editors of its own, on equal projects. */
export interface Side {
  readonly name: 'own' | 'real';
  readonly url: string;
  readonly editors: readonly UnityEditorSim[];
  /** A tool's result, or the JSON-RPC error, with everything that differs from run to run replaced. */
  readonly call: (tool: string, args: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly read: (uri: string) => Promise<unknown>;
  /** A new MCP session from now on. */
  readonly renew: () => Promise<void>;
  readonly normalize: (value: unknown) => unknown;
}

export interface FrontPair {
  readonly sides: readonly [Side, Side];
  /** Resolves when the real server has noticed that its editors have gone. */
  readonly whenGone: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Long enough for a machine that does other work beside it, short enough for a hundred cases. */
export const waits = { commandMs: 1_200, fastMs: 300, probeMs: 300, sessionMs: 300, readyMs: 400 };
const editorTimes = { compileMs: 20, reloadMs: 20, buildMs: 20 };

/** Equal editors with these project names and files behind our own MCP server and behind the real one. */
export async function startFrontPair(
  names: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<FrontPair> {
  const root = await mkdtemp(join(tmpdir(), 'spark-fronts-'));
  const make = (side: string) =>
    Promise.all(
      names.map(async (projectName) => {
        const projectDir = join(root, side, projectName);
        for (const [path, text] of Object.entries(files)) writeText(join(projectDir, path), text);
        return await makeUnityEditorSim({ projectDir, projectName, ...editorTimes });
      }),
    );
  const [ownEditors, realEditors] = [await make('own'), await make('real')];
  const own = await startSimulatorServer({ editors: ownEditors, waits: { ...waits, pollMs: 50 } });
  const real = await sharedRealServer(waits);
  const plugins = realEditors.map((editor) => connectEditorPlugin({ editor, serverUrl: real.url }));
  await Promise.all(plugins.map((plugin) => plugin.whenRegistered()));
  await Promise.all(realEditors.map(({ projectHash }) => whenAnswering(real.url, projectHash)));
  const hashes = realEditors.map(({ projectHash }) => projectHash);
  const sides = [await makeSide('own', own.url, ownEditors), await makeSide('real', real.url, realEditors)] as const;
  return {
    sides: [sides[0].side, sides[1].side],
    whenGone: () => whenGone(real.url, hashes),
    async close() {
      await Promise.all(sides.map((side) => side.end()));
      await own.close();
      await Promise.all(plugins.map((plugin) => plugin.close()));
      await whenGone(real.url, hashes);
      await Promise.all([...ownEditors, ...realEditors].map((editor) => editor.close()));
      // A write that comes late by intent may still arrive.
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function makeSide(
  name: Side['name'],
  url: string,
  editors: readonly UnityEditorSim[],
): Promise<{ readonly side: Side; readonly end: () => Promise<void> }> {
  const normalize = makeNormalizer(editors);
  const connect = async (): Promise<Client> => {
    const client = new Client({ name: 'front-pair', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    return client;
  };
  let client = await connect();
  const answer = async (send: () => Promise<unknown>): Promise<unknown> => {
    try {
      return normalize(await send());
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return normalize({ code: error.code, message: error.message });
    }
  };
  const side: Side = {
    name,
    url,
    editors,
    normalize,
    call: (tool, args) => answer(() => client.callTool({ name: tool, arguments: { ...args } })),
    read: (uri) => answer(() => client.readResource({ uri }, { cacheMode: 'bypass' })),
    async renew() {
      await client.close();
      client = await connect();
    },
  };
  return { side, end: () => client.close() };
}

/** Ids, times, picture bytes and places differ from run to run; everything else must be equal. */
function makeNormalizer(editors: readonly UnityEditorSim[]): (value: unknown) => unknown {
  return (value) => {
    let text = JSON.stringify(value) ?? 'null';
    for (const editor of editors) {
      text = text
        .replaceAll(editor.projectDir, `/projects/${editor.projectName}`)
        .replaceAll(editor.projectHash, `<hash of ${editor.projectName}>`);
    }
    text = text
      .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
      .replaceAll(/(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g, '<guid>')
      .replaceAll(/build-[0-9a-f]{10}/g, '<job>')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)/g, '<time>')
      .replaceAll(/screenshot-\d{8}-\d{6}(?:-\d+)?/g, '<screenshot>')
      .replaceAll(/(unix_ms\\?":\s*)\d+/g, '$10')
      .replaceAll(/((?:sequence|age_ms|duration_seconds|retry_after_ms)\\?":\s*)[\d.]+/g, '$10')
      .replaceAll(/(instanceI[dD]\\?":\s*)-?\d+/g, '$10')
      .replaceAll(/(wait_seconds\\?":\s*)60\.0/g, '$160')
      .replaceAll(/(?<=within |after )[\d.]+ ?s/g, '<wait>')
      .replaceAll(/"iVBOR[\w+/=]*"/g, '"<png>"');
    const parsed: unknown = JSON.parse(text);
    return parsed;
  };
}
