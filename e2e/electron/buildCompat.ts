import { chmod, cp, link, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { build as bundle } from 'esbuild';
import { build as buildPage, mergeConfig, type UserConfig } from 'vite';
import configuration from '../../electron.vite.config.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { cacheFolder, exists, fetchPackage } from './fetchPackage.ts';

/** Both serve only the build for an older Electron; they are no dependencies. */
const sqlite = {
  name: 'node-sqlite3-wasm',
  version: '0.8.60',
  integrity: 'sha512-woDEJy/Df0EBFKJ2N7HSL4SiH5UL1GDwxvBeBjaKvqmUApgTKapcoQiAgZKrLSUmrWU6VYyHz41Sz58Hi6YPmg==',
};
const coreJs = {
  name: 'core-js',
  version: '3.51.0',
  integrity: 'sha512-7bDKx/5jm5MxzsXxc93g6Z2+4ZsuT/MddrfRmTDJNAkWsYWHU8EVNEsBiIEWnMAMCHMmRfUEjkuo3jeNBOIHRw==',
};

const repository = join(import.meta.dirname, '../..');
const compat = join(import.meta.dirname, 'compat');

/**
 * Builds the same sources as `npm run build` for Electron 25 (Node 18, Chromium 114) into a folder of its own: main as
 * CommonJS with core-js and node:sqlite over WebAssembly, the page with its syntax lowered. That Electron starts nothing
 * but its own `resources/app`, so each work tree has an Electron of its own, made of the cached one's files.
 */
export async function buildCompat(cachedExecutable: string): Promise<void> {
  const app = join(repository, '.spark/e2e/electron-25-app');
  const { name, version } = packageJson;
  await writeCompatApp(app, JSON.stringify({ name, version, main: 'out/main/index.js' }));
  const own = await ownElectron(dirname(cachedExecutable));
  const resources = join(own, 'resources');
  await mkdir(resources, { recursive: true });
  await rm(join(resources, 'app'), { force: true });
  // A link: of what lies below its resources, Electron looks for packages nowhere else.
  await symlink(app, join(resources, 'app'));
}

const ownFolder = join(repository, '.spark/e2e/electron-25');

/** The executable of the Electron that starts it. */
export const compatExecutable = (cachedExecutable: string): string => join(ownFolder, basename(cachedExecutable));

/** The files of the cached Electron under another path: it looks for its app beside its own executable. */
async function ownElectron(cached: string): Promise<string> {
  const own = ownFolder;
  if (await exists(own)) return own;
  await mkdir(dirname(own), { recursive: true });
  const made = await mkdtemp(`${own}-`);
  for (const entry of await readdir(cached, { recursive: true, withFileTypes: true })) {
    const from = join(entry.parentPath, entry.name);
    const path = relative(cached, from);
    if (!entry.isFile() || path.startsWith('resources/')) continue;
    const to = join(made, path);
    await mkdir(dirname(to), { recursive: true });
    // Another file system takes a copy.
    await link(from, to).catch(() => cp(from, to));
  }
  await chmod(made, 0o755);
  await rename(made, own);
  return own;
}

/** The same app as a folder that needs nothing beside it, for the test package too. */
export async function writeCompatApp(app: string, manifest: string): Promise<void> {
  const keep = async (unpacked: string): Promise<string> => unpacked;
  const sqlitePath = await fetchPackage(sqlite, join(cacheFolder, `${sqlite.name}-${sqlite.version}`), keep);
  const coreJsPath = await fetchPackage(coreJs, join(cacheFolder, `${coreJs.name}-${coreJs.version}`), keep);
  await rm(app, { recursive: true, force: true });
  await mkdir(join(app, 'out/preload'), { recursive: true });
  await writeFile(join(app, 'package.json'), manifest);
  await Promise.all([
    buildMain({ app, sqlitePath, coreJsPath }),
    buildPreload(app),
    buildRenderer({ app, coreJsPath }),
  ]);
  // For notices only.
  await rm(join(app, 'out/packages'), { recursive: true, force: true });
}

async function buildMain(options: { app: string; sqlitePath: string; coreJsPath: string }): Promise<void> {
  const beside = join(options.app, 'out/main/compat');
  await mkdir(beside, { recursive: true });
  for (const name of ['node-sqlite3-wasm.js', 'node-sqlite3-wasm.wasm'])
    await cp(join(options.sqlitePath, 'dist', name), join(beside, name));
  await bundle({
    entryPoints: [join(options.coreJsPath, 'stable/index.js')],
    outfile: join(beside, 'core.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node18.15',
    logLevel: 'warning',
  });
  await bundle({
    entryPoints: {
      index: join(repository, 'electron/main/index.ts'),
      standIns: join(repository, 'electron/main/standIns/main.ts'),
      heavy: join(repository, 'electron/main/heavy/main.ts'),
    },
    outdir: join(options.app, 'out/main'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node18.15',
    external: ['electron', 'pg-native'],
    alias: { 'node:sqlite': join(compat, 'sqlite.ts') },
    inject: [join(compat, 'polyfills.ts'), join(compat, 'safeStorage.ts')],
    define: {
      compatSqlitePath: JSON.stringify('./compat/node-sqlite3-wasm.js'),
      'import.meta.dirname': '__dirname',
      'import.meta.url': 'compatModuleUrl',
    },
    banner: {
      js: [
        `require('./compat/core.js');`,
        `const compatModuleUrl = require('node:url').pathToFileURL(__filename).href;`,
      ].join('\n'),
    },
    logLevel: 'warning',
  });
}

async function buildPreload(app: string): Promise<void> {
  await bundle({
    entryPoints: [join(repository, 'electron/preload/index.ts')],
    outfile: join(app, 'out/preload/index.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node18.15',
    external: ['electron'],
    logLevel: 'warning',
  });
}

async function buildRenderer(options: { app: string; coreJsPath: string }): Promise<void> {
  const { renderer } = configuration as { renderer: UserConfig };
  const outDir = join(options.app, 'out/renderer');
  const target = 'chrome114';
  await buildPage(
    mergeConfig(renderer, {
      configFile: false,
      logLevel: 'warn',
      build: { outDir, target, cssTarget: target, emptyOutDir: true },
    }),
  );
  await bundle({
    entryPoints: [join(options.coreJsPath, 'stable/index.js')],
    outfile: join(outDir, 'assets/core.js'),
    bundle: true,
    minify: true,
    format: 'iife',
    target,
    logLevel: 'warning',
  });
  const page = join(outDir, 'index.html');
  const html = await readFile(page, 'utf8');
  await writeFile(page, html.replace('<head>', '<head><script src="./assets/core.js"></script>'));
}
