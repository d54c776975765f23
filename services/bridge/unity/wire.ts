import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * The fetch that the MCP transport uses. It adds what the SDK leaves out: a limit on the size of a reply, and notice
 * that a reply's stream ended without an answer (the SDK would wait for its time limit). The request it belongs to is
 * found through the asynchronous context, because the SDK gives a fetch no other way to know. The notification stream
 * (`GET /mcp`) is not opened: SPARK polls the editor, and one idle connection less is one thing less to lose.
 */
export interface Exchange {
  /** Called once when the reply's body has ended, failed or grown past the limit, whatever was in it. */
  readonly onEnd: (why: 'ended' | 'broken' | 'too_large') => void;
}

export interface Wire {
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
  readonly during: <T>(exchange: Exchange, work: () => Promise<T>) => Promise<T>;
}

export function makeWire(options: { readonly maxReplyBytes: number }): Wire {
  const exchanges = new AsyncLocalStorage<Exchange>();
  return {
    during: (exchange, work) => exchanges.run(exchange, work),
    async fetch(url, init) {
      if (init?.method === 'GET') return new Response(null, { status: 405 });
      const exchange = exchanges.getStore();
      const response = await fetch(url, init);
      if (response.body === null) return response;
      const body = watched(response.body, options.maxReplyBytes, exchange);
      return new Response(body, {
        status: response.status,
        statusText: response.statusText,
        headers: response.headers,
      });
    },
  };
}

function watched(
  source: ReadableStream<Uint8Array>,
  maxBytes: number,
  exchange: Exchange | undefined,
): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  let size = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const chunk = await reader.read();
        if (chunk.done) {
          controller.close();
          exchange?.onEnd('ended');
          return;
        }
        size += chunk.value.byteLength;
        if (size > maxBytes) {
          exchange?.onEnd('too_large');
          controller.error(new Error(`The reply is larger than ${maxBytes} bytes.`));
          await reader.cancel();
          return;
        }
        controller.enqueue(chunk.value);
      } catch (error) {
        exchange?.onEnd('broken');
        controller.error(error);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
