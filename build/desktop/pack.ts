import { createPackageWithOptions } from '@electron/asar';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { toolEnvironment } from '../../services/sandbox/stack/environment.ts';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { runTool } from '../../services/sandbox/stack/tool.ts';
import { checkPacked } from './checkPacked.ts';
import { findElectronDist } from './electronDist.ts';

export interface PackOptions {
  /** electron-builder's configuration, a file. */
  readonly configuration: string;
  /** The one version that this configuration packs. */
  readonly electronVersion: string;
  readonly electronDist: string | undefined;
  /** What becomes the app's archive. */
  readonly appFolder: string;
  /** Text of the licences of everything inside. */
  readonly notices: string;
  /** Removed and made anew. */
  readonly workDir: string;
  readonly signal: AbortSignal;
}

export interface Packed {
  /** The folder with the app, ready to run. */
  readonly folder: string;
  /** The folder with the app's archive, for what electron-builder makes of it. */
  readonly project: string;
}

const flags: Readonly<Partial<Record<NodeJS.Platform, readonly [string, string]>>> = {
  linux: ['--linux', 'linux'],
  darwin: ['--mac', 'mac'],
  win32: ['--win', 'win'],
};

/** Packs the app into a folder with electron-builder and checks what came out. Throws with every problem that was found. */
export async function pack(options: PackOptions): Promise<Packed> {
  const { configuration, electronVersion: version, workDir, signal } = options;
  const electronDist = await findElectronDist({ version, given: options.electronDist, signal });
  await rm(workDir, { recursive: true, force: true });
  await mkdir(workDir, { recursive: true });
  // Made here: electron-builder would look for packages on its own, and find those of development too.
  const project = join(workDir, 'project');
  await createPackageWithOptions(options.appFolder, join(project, 'app.asar'), { dot: true, unpack: '*.wasm' });
  const [flag, name] = platformFlag();
  await runBuilder(
    [flag, 'dir', `--${process.arch}`, ...builderArguments({ configuration, version, project })].concat([
      `-c.electronDist=${electronDist}`,
      `-c.directories.output=${workDir}`,
    ]),
    signal,
  );
  const candidates = [`${name}-unpacked`, `${name}-${process.arch}-unpacked`, name, `${name}-${process.arch}`];
  const folder = candidates.map((each) => join(workDir, each)).find((each) => existsSync(each));
  if (folder === undefined) throw new Error(`electron-builder left no folder of the app in ${workDir}.`);
  const resources = resourcesOf(folder);
  // An app that the unpacked Electron brought with it: its own demonstration, or what a test linked there.
  for (const brought of ['default_app.asar', 'app'])
    await rm(join(resources, brought), { recursive: true, force: true });
  await writeFile(join(resources, 'THIRD_PARTY_NOTICES.txt'), options.notices);
  const problems = await checkPacked({ folder, resources, configuration: await readFile(configuration, 'utf8') });
  if (problems.length > 0)
    throw new Error(`The app was packed wrongly, and no installer was made:\n${problems.join('\n')}`);
  await chmod(folder, 0o755);
  return { folder, project };
}

/** What every call of electron-builder needs to know; `project` is a folder with the app's archive. */
export function builderArguments(of: {
  readonly configuration: string;
  readonly version: string;
  readonly project: string;
}): string[] {
  const { configuration, version, project } = of;
  return [
    '--projectDir',
    project,
    '--config',
    configuration,
    '--publish',
    'never',
    `-c.electronVersion=${version}`,
    `-c.directories.buildResources=${join(repositoryDir, 'build')}`,
  ];
}

/** electron-builder's own program; it downloads what it needs for installers, nothing for a folder. */
export async function runBuilder(args: readonly string[], signal: AbortSignal): Promise<void> {
  await runTool({
    name: 'electron-builder',
    command: process.execPath,
    args: [join(repositoryDir, 'node_modules/electron-builder/cli.js'), ...args],
    env: toolEnvironment(),
    cwd: repositoryDir,
    signal,
    timeoutMs: 900_000,
  });
}

export function platformFlag(): readonly [string, string] {
  const found = flags[process.platform];
  if (found === undefined)
    throw new Error(`The app is packed on Linux, macOS and Windows; this is ${process.platform}.`);
  return found;
}

const resourcesOf = (folder: string): string =>
  process.platform === 'darwin' ? join(folder, 'SPARK.app/Contents/Resources') : join(folder, 'resources');
