import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePageHandler } from './appPages.ts';

let folder: string;
let handle: ReturnType<typeof makePageHandler>;
const get = (url: string, method = 'GET') => handle({ url, method });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spark-pages-'));
  await mkdir(join(folder, 'renderer/assets'), { recursive: true });
  await writeFile(join(folder, 'renderer/index.html'), '<meta nonce="__CSP_NONCE__">');
  await writeFile(join(folder, 'renderer/assets/index-1.js'), 'export {};');
  await writeFile(join(folder, 'secret.json'), '{}');
  handle = makePageHandler({ root: join(folder, 'renderer') });
});
afterAll(() => rm(folder, { recursive: true }));

test('the page comes with the nonce of its own policy', async () => {
  const response = await get('app://spark/');
  const nonce = /nonce="([^"]+)"/.exec(await response.text())?.[1] ?? '';
  expect(nonce).not.toContain('CSP');
  expect(response.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
});

test('an asset comes with its type and its bytes', async () => {
  const response = await get('app://spark/assets/index-1.js');
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(await response.text()).toBe('export {};');
});

test.each([
  'app://spark/../secret.json',
  'app://spark/%2e%2e/secret.json',
  'app://spark/..%2fsecret.json',
  'app://spark/assets/..%5c..%5csecret.json',
  'app://spark/assets',
  'app://spark/assets/missing.js',
])('%s is not found', async (url) => {
  expect((await get(url)).status).toBe(404);
});

test.each(['app://other/', 'app://spark.evil/', 'app://spark:1/', 'file:///etc/passwd'])(
  '%s is refused',
  async (url) => {
    expect((await get(url)).status).toBe(403);
  },
);

test('nothing can be sent to a page', async () => {
  expect((await get('app://spark/', 'POST')).status).toBe(405);
});
