import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectEditorPlugin, type EditorPlugin } from '../../../sandbox/unity/plugin/editorPlugin.ts';
import { startSimulatorServer, type UnityEditorSim } from '../../../sandbox/unity/index.ts';
import {
  isRealRun,
  sharedRealServer,
  startOwnRealServer,
  whenAnswering,
  whenGone,
} from '../../../sandbox/unity/testing/sharedRealServer.ts';

/**
 * What the contract suite runs against: the stand-in's own MCP server, or MCP for Unity's real one with the stand-in as
 * its editor. Both have the same short waits, so that what takes half a minute in use takes a second here.
 */
export interface Front {
  readonly url: string;
  readonly close: () => Promise<void>;
}

export interface FrontOptions {
  readonly editors: readonly UnityEditorSim[];
  /** The port of a front that was closed; its own server is then started for this test. */
  readonly port?: number;
  /** A server of its own, because the test ends it. */
  readonly alone?: boolean;
  /** Remote-hosted mode: only requests with this key are served, and no instance is chosen by itself. */
  readonly apiKey?: string;
}

/** A command may take what the stand-in needs to draw a picture beside other work; without a reply that long is waited. */
export const shortWaits = { commandMs: 4_000, fastMs: 600, probeMs: 600, sessionMs: 1_500, readyMs: 1_500 };

export async function startFront(options: FrontOptions): Promise<Front> {
  if (!isRealRun()) {
    const { editors, port = 0, apiKey } = options;
    const remote = apiKey === undefined ? {} : { remoteApiKey: apiKey };
    return await startSimulatorServer({ editors, port, waits: { ...shortWaits, pollMs: 20 }, ...remote });
  }
  if (options.apiKey !== undefined) return await startRemoteHosted(options.editors, options.apiKey);
  const isAlone = options.alone === true || options.port !== undefined;
  const server = isAlone
    ? await startOwnRealServer({ port: options.port ?? 0, waits: shortWaits })
    : await sharedRealServer(shortWaits);
  const hashes = options.editors.map(({ projectHash }) => projectHash);
  const plugins = await plugIn(server.url, options.editors);
  return {
    url: server.url,
    async close() {
      await Promise.all(plugins.map((plugin) => plugin.close()));
      if (isAlone) await server.close();
      else await whenGone(server.url, hashes);
    },
  };
}

async function startRemoteHosted(editors: readonly UnityEditorSim[], apiKey: string): Promise<Front> {
  const validator = await startKeyValidator(apiKey);
  const server = await startOwnRealServer({ waits: shortWaits, apiKeyValidationUrl: validator.url });
  const plugins = editors.map((editor) => connectEditorPlugin({ editor, serverUrl: server.url, apiKey }));
  await Promise.all(plugins.map((plugin) => plugin.whenRegistered()));
  return {
    url: server.url,
    async close() {
      await Promise.all(plugins.map((plugin) => plugin.close()));
      await server.close();
      await validator.close();
    },
  };
}

/** What a remote-hosted server asks about a key: `POST {api_key}`, answered `{valid, user_id}`. */
async function startKeyValidator(apiKey: string): Promise<Front> {
  const http = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      const valid = text.includes(JSON.stringify(apiKey));
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ valid, user_id: valid ? 'user-1' : null }));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/validate`,
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

async function plugIn(serverUrl: string, editors: readonly UnityEditorSim[]): Promise<EditorPlugin[]> {
  const plugins = editors.map((editor) => connectEditorPlugin({ editor, serverUrl }));
  await Promise.all(plugins.map((plugin) => plugin.whenRegistered()));
  await Promise.all(editors.map(({ projectHash }) => whenAnswering(serverUrl, projectHash)));
  return plugins;
}
