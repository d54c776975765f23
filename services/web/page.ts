import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../shared/errors/index.ts';
import { fillNonce, makeNonce, pageHeaders } from '../../shared/node/page/index.ts';

/**
 * Serves the built window: `/` with a fresh nonce in every answer, its assets from `root` and nowhere else.
 * Throws `not_found` when it was not built.
 */
export async function servePage(app: FastifyInstance, options: { readonly root: string }): Promise<void> {
  const { root } = options;
  // Read for every answer: a window that is built again names other assets.
  const readPage = (): Promise<string> =>
    readFile(join(root, 'index.html'), 'utf8').catch((error: unknown) => {
      throw new AppError('not_found', 'The window is not built yet. Run: npm run build', { cause: error });
    });
  await readPage();

  app.addHook('onRequest', async (request, reply) => {
    const nonce = makeNonce();
    // Not every browser counts a WebSocket to the own host as 'self'.
    void reply.headers(pageHeaders({ nonce, connect: [`ws://${request.headers.host}`] }));
    request.nonce = nonce;
  });

  app.get('/', async (request, reply) => {
    void reply.header('cache-control', 'no-store').type('text/html; charset=utf-8');
    return fillNonce(await readPage(), request.nonce);
  });

  await app.register(fastifyStatic, {
    root,
    index: false,
    dotfiles: 'deny',
    // index.html only with its nonce, at `/`.
    allowedPath: (path) => path !== '/index.html',
    cacheControl: false,
    setHeaders(reply, path) {
      // The names of assets carry the hash of their content.
      const isHashed = path.startsWith(join(root, 'assets'));
      void reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    nonce: string;
  }
}
