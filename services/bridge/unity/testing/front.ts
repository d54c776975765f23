import { inject } from 'vitest';
import { connectEditorPlugin, type EditorPlugin } from '../../../sandbox/unity/plugin/editorPlugin.ts';
import { startRealServer, type RealServer } from '../../../sandbox/unity/realServer/index.ts';
import { startSimulatorServer, type UnityEditorSim } from '../../../sandbox/unity/index.ts';

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

declare module 'vitest' {
  export interface ProvidedContext {
    /** Interpreter of the real server's environment, or why there is none; not provided for the own front. */
    unityReal: { readonly python: string } | { readonly missing: string };
  }
}

export const shortWaits = { commandMs: 500, fastMs: 300, probeMs: 300, sessionMs: 1_500, readyMs: 1_500 };

/** Where the suite runs; `real` in the project `unity-real` only. */
export const frontName = (): 'own' | 'real' => (inject('unityReal') === undefined ? 'own' : 'real');

/** Why the real front cannot be had; undefined when it can, or is not asked for. */
export function whyMissing(): string | undefined {
  const real = inject('unityReal');
  return real !== undefined && 'missing' in real ? real.missing : undefined;
}

let shared: Promise<RealServer> | undefined;

export async function startFront(options: FrontOptions): Promise<Front> {
  if (frontName() === 'own') {
    const { editors, port = 0 } = options;
    return await startSimulatorServer({ editors, port, waits: { ...shortWaits, pollMs: 20 } });
  }
  const isAlone = options.alone === true || options.port !== undefined;
  const server = isAlone ? await startReal(options.port) : await (shared ??= startReal());
  const plugins = await plugIn(server.url, options.editors);
  return {
    url: server.url,
    async close() {
      await Promise.all(plugins.map((plugin) => plugin.close()));
      if (isAlone) await server.close();
      else await whenEmpty(server.url);
    },
  };
}

/** Ends the server that the tests of a file shared. */
export async function closeSharedFront(): Promise<void> {
  const server = await shared;
  shared = undefined;
  await server?.close();
}

function startReal(port = 0): Promise<RealServer> {
  const real = inject('unityReal');
  if ('missing' in real) throw new Error(real.missing);
  return startRealServer({ python: real.python, port, waits: shortWaits });
}

async function plugIn(serverUrl: string, editors: readonly UnityEditorSim[]): Promise<EditorPlugin[]> {
  const plugins = editors.map((editor) => connectEditorPlugin({ editor, serverUrl }));
  await Promise.all(plugins.map((plugin) => plugin.whenRegistered()));
  return plugins;
}

/** The next test is alone with its editors. */
async function whenEmpty(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(new URL('/api/instances', url));
    if (/"instances": ?\[\]/.test(await response.text())) return;
  }
}
