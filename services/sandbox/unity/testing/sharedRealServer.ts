import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { startRealServer, type RealServer, type RealServerOptions, type RealServerWaits } from '../realServer/index.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Interpreter of the real server's environment, or why there is none; provided in the project `unity-real` only. */
    unityReal: { readonly python: string } | { readonly missing: string };
  }
}

/** Whether this run is against the real server. */
export const isRealRun = (): boolean => inject('unityReal') !== undefined;

/** Why the real server cannot be had; undefined when it can, or is not asked for. */
export function whyMissing(): string | undefined {
  const real = inject('unityReal');
  return real !== undefined && 'missing' in real ? real.missing : undefined;
}

/** A real server for one test. */
export function startOwnRealServer(options: Omit<RealServerOptions, 'python'>): Promise<RealServer> {
  const real = inject('unityReal');
  if ('missing' in real) throw new Error(real.missing);
  return startRealServer({ python: real.python, ...options });
}

let shared: Promise<RealServer> | undefined;

/** The one real server of a test file; the waits of the first call hold. */
export function sharedRealServer(waits: RealServerWaits): Promise<RealServer> {
  shared ??= startOwnRealServer({ waits });
  return shared;
}

export async function closeSharedRealServer(): Promise<void> {
  const server = await shared;
  shared = undefined;
  await server?.close();
}

/** Resolves when the server has noticed that these editors have gone. */
export async function whenGone(url: string, projectHashes: readonly string[]): Promise<void> {
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    const listed = await (await fetch(new URL('/api/instances', url))).text();
    if (!projectHashes.some((hash) => listed.includes(hash))) return;
    await sleep(10);
  }
  throw new Error('an editor that was closed is still listed after 10 s');
}

/**
 * Resolves when an editor answers through the server: its answer is read after the list of tools that follows the
 * registration, so nothing of the handshake is left on the way.
 */
export async function whenAnswering(url: string, projectHash: string): Promise<void> {
  const body = JSON.stringify({ type: 'get_project_info', params: {}, unity_instance: projectHash });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(new URL('/api/command', url), { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`the editor does not answer: ${response.status} ${await response.text()}`);
  await response.body?.cancel();
}
