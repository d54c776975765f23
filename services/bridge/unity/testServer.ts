import type { Logger } from '../../../shared/node/logging/index.ts';
import { makeUnityClient } from './client.ts';
import { makeOpenEditors } from './openEditors.ts';
import { makeQueue } from './queue.ts';
import { instancesBody, type Instance } from './replies.ts';

export type ServerTest =
  | {
      readonly kind: 'answers';
      readonly editors: readonly Instance[];
      readonly serverVersion: string | null;
      readonly latencyMs: number;
    }
  | { readonly kind: 'away'; readonly why: string; readonly keyRefused: boolean };

/** Connects to a Unity MCP server once, as a conversation would, lists its editors, and leaves. Never rejects. */
export async function testUnityServer(options: {
  readonly url: string;
  readonly token?: string | undefined;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}): Promise<ServerTest> {
  const { signal } = options;
  const client = makeUnityClient(options);
  const queue = makeQueue({ limit: 2 });
  try {
    const started = performance.now();
    // The plain list answers whoever asks; only the MCP session shows whether the token is taken.
    const reply = await client.readResource('mcpforunity://instances', { signal });
    if (reply.kind !== 'reply') {
      const keyRefused = reply.kind === 'failed' && reply.code === 'unauthorized';
      return { kind: 'away', why: reply.message, keyRefused };
    }
    const latencyMs = performance.now() - started;
    const open = makeOpenEditors({ client, queue });
    const listing = await open.look(null, signal);
    const parsed = instancesBody.safeParse(reply.body);
    const editors = listing.kind === 'listed' ? listing.instances : parsed.success ? parsed.data.instances : [];
    return { kind: 'answers', editors, serverVersion: open.serverVersion(), latencyMs };
  } finally {
    await queue.close();
    await client.close();
  }
}
