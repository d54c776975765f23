import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { toolEnvironment } from '../../services/sandbox/stack/environment.ts';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { runTool } from '../../services/sandbox/stack/tool.ts';

const executables: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

/**
 * The folder of an unpacked Electron of exactly this version: `given`, else that of the package electron, downloaded by
 * its own installer when it is not there. The binary itself is asked for its version, not a file beside it. Throws, with
 * what to do, when it cannot be had or is another one.
 */
export async function findElectronDist(options: {
  readonly version: string;
  readonly given: string | undefined;
  readonly signal: AbortSignal;
}): Promise<string> {
  const { version, given, signal } = options;
  const dist = given === undefined ? join(repositoryDir, 'node_modules/electron/dist') : resolve(given);
  const executable = join(dist, executables[process.platform] ?? 'electron');
  if (given === undefined && !existsSync(executable)) await download(version, signal);
  if (!existsSync(executable)) throw new Error(`There is no Electron in ${dist}. ${howToGet(version)}`);
  const said = await runTool({
    name: 'electron --eval',
    command: executable,
    args: ['--eval', 'process.stdout.write(process.versions.electron)'],
    env: { ...toolEnvironment(), ELECTRON_RUN_AS_NODE: '1' },
    cwd: repositoryDir,
    signal,
    timeoutMs: 60_000,
  });
  if (said !== version)
    throw new Error(
      `Nothing was packed: ${dist} holds Electron ${said}, and this is made with ${version}. ${howToGet(version)}`,
    );
  return dist;
}

async function download(version: string, signal: AbortSignal): Promise<void> {
  try {
    await runTool({
      name: 'install-electron',
      command: process.execPath,
      args: [join(repositoryDir, 'node_modules/electron/install.js'), '--no'],
      env: toolEnvironment(),
      cwd: repositoryDir,
      signal,
      timeoutMs: 300_000,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(`Nothing was packed: Electron ${version} could not be downloaded. ${howToGet(version)}`, {
      cause: error,
    });
  }
}

const howToGet = (version: string): string =>
  `Get the archive electron-v${version}-${process.platform}-${process.arch}.zip of Electron's releases (ELECTRON_MIRROR names a mirror of them), unpack it, and give its folder with --electron-dist.`;
