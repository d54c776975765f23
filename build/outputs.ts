import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { toolEnvironment } from '../services/sandbox/stack/environment.ts';
import { repositoryDir } from '../services/sandbox/stack/paths.ts';
import { runTool } from '../services/sandbox/stack/tool.ts';

/** What a build makes, told by one file, and what it is made from. */
const outputs = {
  renderer: {
    made: 'out/renderer/index.html',
    sources: ['renderer', 'shared', 'electron.vite.config.ts', 'package-lock.json'],
    args: ['build/renderer.ts'],
  },
  desktop: {
    made: 'out/main/index.js',
    sources: ['electron', 'renderer', 'shared', 'services', 'database', 'electron.vite.config.ts', 'package-lock.json'],
    args: ['node_modules/electron-vite/bin/electron-vite.js', 'build'],
  },
} as const;

/** Whether what was built is there and newer than every file it is made from. */
export function isBuilt(what: keyof typeof outputs): boolean {
  const { made, sources } = outputs[what];
  const builtAt = modifiedMs(join(repositoryDir, made));
  return builtAt !== undefined && sources.every((source) => newestMs(join(repositoryDir, source)) <= builtAt);
}

/** Builds the window, or the whole desktop app, when it is missing or older than a file it is made from. */
export async function ensureBuilt(
  what: keyof typeof outputs,
  options: { readonly signal: AbortSignal; readonly onProgress: (message: string) => void },
): Promise<void> {
  if (isBuilt(what)) return;
  options.onProgress(what === 'renderer' ? 'building the window' : 'building the desktop app');
  await runTool({
    command: process.execPath,
    args: outputs[what].args,
    env: toolEnvironment(),
    cwd: repositoryDir,
    name: `build of the ${what}`,
    signal: options.signal,
    timeoutMs: 300_000,
  });
}

const modifiedMs = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.mtimeMs;

/** The latest change below a path; tests are not part of what is built. */
function newestMs(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return /\.test\.tsx?$/.test(path) ? 0 : stats.mtimeMs;
  // A folder's own time changes with tests and editors' swap files; a removed source is the one thing missed by that.
  return Math.max(0, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}
