import process from 'node:process';
import { resolveConfig } from 'electron-vite';
import { build } from 'vite';

/**
 * Builds the window alone, `out/renderer`, with the renderer part of electron.vite.config.ts: what the web host serves.
 * With `--watch` it builds again at every change and runs until it is ended.
 */
const watch = process.argv.includes('--watch');
const { config } = await resolveConfig({}, 'build', watch ? 'development' : 'production');
const renderer = config?.renderer;
if (renderer === undefined) throw new TypeError('electron.vite.config.ts has no renderer part');
await build({
  ...renderer,
  configFile: false,
  build: { ...renderer.build, ...(watch ? { watch: {} } : {}) },
});
