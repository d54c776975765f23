import type { z } from 'zod';
import type { Failure } from './failures.ts';
import { healthBody, instancesBody, type Instance } from './replies.ts';
import { messageOf } from './translate.ts';

/** The server's plain routes beside `/mcp`: they answer at once, whatever the editors do. */
export interface ServerLooks {
  /** `GET /api/instances`; `unsupported` where the server has no such route (remote-hosted). */
  readonly instances: (signal?: AbortSignal) => Promise<Instance[] | 'unsupported' | Failure>;
  /** The server's package version; null when it does not say. */
  readonly version: (signal?: AbortSignal) => Promise<string | null>;
  /**
   * Whether the server answers a request of any web page: no token, a foreign Origin. Then a page that is open on this
   * machine can command the editor. Null when that could not be found out.
   */
  readonly acceptsAnyPage: (signal?: AbortSignal) => Promise<boolean | null>;
}

const lookLimitMs = 5_000;
/** A list of editors has a few hundred bytes each. */
const maxLookBytes = 1024 * 1024;

export function makeServerLooks(options: {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}): ServerLooks {
  const { url, headers } = options;

  const get = (path: string, signal: AbortSignal | undefined, sent: Readonly<Record<string, string>> = headers) => {
    const limit = AbortSignal.timeout(lookLimitMs);
    return fetch(new URL(path, url), {
      headers: sent,
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
  };

  async function look<T extends z.ZodType>(
    path: string,
    schema: T,
    signal: AbortSignal | undefined,
  ): Promise<z.output<T> | 404> {
    const response = await get(path, signal);
    if (response.status === 404) {
      await response.body?.cancel();
      return 404;
    }
    return schema.parse(JSON.parse(await readText(response)));
  }

  return {
    async instances(signal) {
      try {
        const body = await look('/api/instances', instancesBody, signal);
        return body === 404 ? 'unsupported' : body.instances;
      } catch (error) {
        return { kind: 'server_gone', sent: false, message: messageOf(error) };
      }
    },
    async version(signal) {
      try {
        const body = await look('/health', healthBody, signal);
        return body === 404 ? null : body.version;
      } catch {
        return null;
      }
    },
    async acceptsAnyPage(signal) {
      try {
        const response = await get('/api/instances', signal, { origin: 'https://page.invalid' });
        await response.body?.cancel();
        return response.ok;
      } catch {
        return null;
      }
    },
  };
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxLookBytes) throw new Error(`The answer is larger than ${maxLookBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
