import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { build, preview, type InlineConfig } from 'vite';

export interface Gallery {
  /** Address of one state of the window; `more` is added to the query, such as `&panel`. */
  readonly urlOf: (state: string, theme: 'dark' | 'light', more?: string) => string;
  readonly close: () => Promise<void>;
}

/** Builds the gallery into a folder of its own and serves it on 127.0.0.1: states of the window without any program behind. */
export async function startGallery(): Promise<Gallery> {
  const repository = join(import.meta.dirname, '..');
  const outDir = await mkdtemp(join(repository, '.spark', 'gallery-'));
  const root = join(repository, 'renderer');
  const shared: InlineConfig = { root, configFile: false, logLevel: 'error', plugins: [react()] };
  const input = { gallery: join(root, 'testing', 'gallery.html') };
  await build({ ...shared, build: { outDir, minify: false, rolldownOptions: { input } } });
  const server = await preview({ ...shared, build: { outDir }, preview: { host: '127.0.0.1', port: 0 } });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') throw new Error('The gallery has no port.');
  return {
    urlOf: (state, theme, more = '') =>
      `http://127.0.0.1:${address.port}/testing/gallery.html?state=${state}&theme=${theme}${more}`,
    async close() {
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
