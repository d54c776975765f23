import type { UnityClient } from './client.ts';
import type { Queue } from './queue.ts';
import { instancesBody, type Instance } from './replies.ts';
import { openServerNote, versionNote } from './serverNotes.ts';

/** What the server says about itself and the editors connected to it. */
export interface OpenEditors {
  /**
   * Asks again. The server's own list answers at once whatever the editors do; where there is none (remote-hosted) the
   * resource is read, unless a call is in flight: then `known` stands for the list.
   */
  readonly look: (known: Instance | null, signal: AbortSignal) => Promise<Listing>;
  /** As last listed; empty while the server is away. */
  readonly list: () => readonly Instance[];
  readonly serverVersion: () => string | null;
  /** Of the last list, in milliseconds. */
  readonly latencyMs: () => number | null;
  /** Worth knowing about this server, a sentence each. */
  readonly notes: () => string[];
}

export type Listing =
  | { readonly kind: 'listed'; readonly instances: readonly Instance[] }
  | { readonly kind: 'away'; readonly why: string; readonly keyRefused: boolean };

export function makeOpenEditors(deps: { readonly client: UnityClient; readonly queue: Queue }): OpenEditors {
  const { client, queue } = deps;
  let listed: readonly Instance[] = [];
  let serverVersion: string | null = null;
  let openToPages: boolean | null = null;
  let latencyMs: number | null = null;

  async function ask(known: Instance | null, signal: AbortSignal): Promise<Listing> {
    const started = performance.now();
    const answer = await client.instances(signal);
    if (Array.isArray(answer)) {
      latencyMs = performance.now() - started;
      return { kind: 'listed', instances: answer };
    }
    if (answer !== 'unsupported') return { kind: 'away', why: answer.message, keyRefused: false };
    if (queue.isRunning()) return { kind: 'listed', instances: known === null ? [] : [known] };
    const reply = await queue.run(() => client.readResource('mcpforunity://instances', { signal }), signal, 'look');
    if (reply.kind !== 'reply') {
      const keyRefused = reply.kind === 'failed' && reply.code === 'unauthorized';
      return { kind: 'away', why: reply.message, keyRefused };
    }
    latencyMs = performance.now() - started;
    const parsed = instancesBody.safeParse(reply.body);
    if (parsed.success) return { kind: 'listed', instances: parsed.data.instances };
    return { kind: 'away', why: 'the list of instances has an unknown form', keyRefused: false };
  }

  return {
    async look(known, signal) {
      const listing = await ask(known, signal);
      if (listing.kind === 'away') {
        listed = [];
        serverVersion = null;
        openToPages = null;
        latencyMs = null;
        return listing;
      }
      listed = listing.instances;
      serverVersion ??= await client.version(signal);
      openToPages ??= await client.acceptsAnyPage(signal);
      return listing;
    },
    list: () => listed,
    serverVersion: () => serverVersion,
    latencyMs: () => latencyMs,
    notes() {
      const version = versionNote(serverVersion);
      return [...(version === null ? [] : [version]), ...(openToPages === true ? [openServerNote] : [])];
    },
  };
}
