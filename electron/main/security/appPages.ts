import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { CustomScheme } from 'electron';
import { fillNonce, makeNonce, pageHeaders, resolveInside } from '../../../shared/node/page/index.ts';
import { appScheme, isOwnUrl } from './origin.ts';

/** Registered before the app is ready: app://spark is an origin of its own, with the rights of https. */
export const privilegedScheme: CustomScheme = {
  scheme: appScheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/**
 * Answers app://spark/…: files below `root` (`out/renderer`) and nothing else, each with the content security policy.
 */
export function makePageHandler(options: {
  readonly root: string;
}): (request: { readonly url: string; readonly method: string }) => Promise<Response> {
  const nothing = (status: number): Response =>
    new Response(null, { status, headers: pageHeaders({ nonce: makeNonce() }) });

  return async (request) => {
    if (!isOwnUrl(request.url)) return nothing(403);
    if (request.method !== 'GET' && request.method !== 'HEAD') return nothing(405);
    const file = resolveInside(options.root, new URL(request.url).pathname);
    const contentType = file === undefined ? undefined : contentTypes[extname(file)];
    if (file === undefined || contentType === undefined) return nothing(404);
    let bytes: Buffer<ArrayBuffer>;
    try {
      bytes = await readFile(file);
    } catch {
      return nothing(404);
    }
    const nonce = makeNonce();
    const headers = { ...pageHeaders({ nonce }), 'content-type': contentType };
    const isPage = file === join(options.root, 'index.html');
    return new Response(isPage ? fillNonce(bytes.toString('utf8'), nonce) : bytes, { headers });
  };
}
