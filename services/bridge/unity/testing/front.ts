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
}

export const shortWaits = { commandMs: 1_500, fastMs: 600, probeMs: 600, sessionMs: 1_500, readyMs: 1_500 };

export async function startFront(options: FrontOptions): Promise<Front> {
  if (!isRealRun()) {
    const { editors, port = 0 } = options;
    return await startSimulatorServer({ editors, port, waits: { ...shortWaits, pollMs: 20 } });
  }
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

async function plugIn(serverUrl: string, editors: readonly UnityEditorSim[]): Promise<EditorPlugin[]> {
  const plugins = editors.map((editor) => connectEditorPlugin({ editor, serverUrl }));
  await Promise.all(plugins.map((plugin) => plugin.whenRegistered()));
  await Promise.all(editors.map(({ projectHash }) => whenAnswering(serverUrl, projectHash)));
  return plugins;
}
