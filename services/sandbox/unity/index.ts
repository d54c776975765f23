import type { Fault } from './editor/faults.ts';
import { makeUnityEditorSim, type UnityEditorSim } from './editor/unityEditorSim.ts';
import type { ServerWaits } from './server/editorLink.ts';
import { startSimulatorServer } from './server/httpServer.ts';

export { makeUnityEditorSim } from './editor/unityEditorSim.ts';
export type { EditorOptions, UnityEditorSim } from './editor/unityEditorSim.ts';
export type { Fault } from './editor/faults.ts';
export { startSimulatorServer } from './server/httpServer.ts';
export type { SimulatorServer, SimulatorServerOptions } from './server/httpServer.ts';
export type { ServerWaits } from './server/editorLink.ts';

export interface UnitySimulatorOptions {
  readonly projectDir?: string;
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly compileMs?: number;
  readonly reloadMs?: number;
  readonly buildMs?: number;
  readonly buildBlocks?: boolean;
  readonly token?: string;
  readonly control?: boolean;
  readonly faults?: readonly Fault[];
  readonly waits?: Partial<ServerWaits>;
}

export interface UnitySimulator {
  /** Address of the MCP endpoint. */
  readonly url: string;
  readonly projectDir: string;
  /** Its fault switches are `editor.faults`, `freeze`, `thaw`, `closeEditor`, `openEditor`, `reload`. */
  readonly editor: UnityEditorSim;
  readonly close: () => Promise<void>;
}

export const defaultProjectDir = '.spark/unity/SparkSample';

/** One simulated editor behind an MCP server on 127.0.0.1. Rejects when the port is taken. */
export async function startUnitySimulator(options: UnitySimulatorOptions = {}): Promise<UnitySimulator> {
  const { projectDir = defaultProjectDir, port, waits, token, control, ...editorOptions } = options;
  const editor = await makeUnityEditorSim({ projectDir, ...editorOptions });
  try {
    const server = await startSimulatorServer({
      editors: [editor],
      ...(port === undefined ? {} : { port }),
      ...(waits === undefined ? {} : { waits }),
      ...(token === undefined ? {} : { token }),
      ...(control === undefined ? {} : { control }),
    });
    return {
      url: server.url,
      projectDir: editor.projectDir,
      editor,
      async close() {
        await server.close();
        await editor.close();
      },
    };
  } catch (error) {
    await editor.close();
    throw error;
  }
}
