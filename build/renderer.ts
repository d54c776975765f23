import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { repositoryDir } from '../services/sandbox/stack/paths.ts';
import { isBuilt } from './outputs.ts';

const help = `Builds the window alone, out/renderer, with the renderer part of electron.vite.config.ts: what the web host serves.

Usage: node build/renderer.ts [options]

  --if-needed  do nothing when it is built and newer than its sources
  --watch      build again at every change, until ended
  --help       this text`;

const flag = { type: 'boolean', default: false } as const;
const { values } = parseArgs({ options: { watch: flag, 'if-needed': flag, help: { ...flag, short: 'h' } } });
if (values.help) process.stdout.write(`${help}\n`);
else if (!values['if-needed'] || !isBuilt('renderer')) await buildWindow(values.watch);

async function buildWindow(watch: boolean): Promise<void> {
  // The build tools take longer to load than the question above takes to answer.
  const [{ resolveConfig }, { build }] = await Promise.all([import('electron-vite'), import('vite')]);
  const { config } = await resolveConfig({}, 'build', watch ? 'development' : 'production');
  const renderer = config?.renderer;
  if (renderer === undefined) throw new TypeError('electron.vite.config.ts has no renderer part');
  const outDir = watch ? undefined : join(repositoryDir, `out/.renderer-${process.pid}`);
  await build({
    ...renderer,
    configFile: false,
    build: { ...renderer.build, ...(outDir === undefined ? { watch: {} } : { outDir, emptyOutDir: true }) },
  });
  if (outDir !== undefined) putInPlace(outDir);
}

/** A window is there whole or not at all: builds may be interrupted, and two may run at the same time. */
function putInPlace(built: string): void {
  const target = join(repositoryDir, 'out/renderer');
  const aside = `${built}-old`;
  if (existsSync(target)) renameSync(target, aside);
  try {
    renameSync(built, target);
  } catch (error) {
    // Another build of the same sources came first.
    if (!existsSync(join(target, 'index.html'))) throw error;
    rmSync(built, { recursive: true, force: true });
  }
  rmSync(aside, { recursive: true, force: true });
}
