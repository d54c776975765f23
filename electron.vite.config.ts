import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { listPackages } from './build/desktop/listPackages.ts';

const here = (path: string): string => resolve(import.meta.dirname, path);

/**
 * Builds `out/main/index.js` (ES module), `out/preload/index.cjs` (one CommonJS file: a sandboxed preload cannot be an ES
 * module) and `out/renderer/`, which the desktop app serves as app://spark/ and the web host over HTTP.
 */
export default defineConfig({
  main: {
    plugins: [listPackages('main')],
    build: {
      rolldownOptions: {
        // Stand-ins and heavy work are programs of their own, started as utility processes.
        input: {
          index: here('electron/main/index.ts'),
          standIns: here('electron/main/standIns/main.ts'),
          heavy: here('electron/main/heavy/main.ts'),
        },
      },
    },
  },
  preload: {
    plugins: [listPackages('preload')],
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: here('electron/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: here('renderer'),
    base: './',
    // Both hosts put a fresh nonce in the place of this word in every answer; CodeMirror reads it from the meta tag.
    html: { cspNonce: '__CSP_NONCE__' },
    build: {
      outDir: here('out/renderer'),
      minify: true,
      // No data: URLs: images and fonts are files of their own, so that the content security policy stays short.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: { index: here('renderer/index.html') },
        // No module of ours does anything on import: what a feature's index names is loaded where it is used.
        treeshake: { moduleSideEffects: [{ test: /\.tsx?$/, sideEffects: false }] },
      },
    },
    plugins: [react(), listPackages('renderer')],
  },
});
