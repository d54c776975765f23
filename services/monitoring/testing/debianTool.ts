import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toolEnvironment } from '../../sandbox/stack/environment.ts';
import { repositoryDir } from '../../sandbox/stack/paths.ts';
import { runTool } from '../../sandbox/stack/tool.ts';

export type DebianTool = { readonly path: string } | { readonly missing: string };

const parent = join(repositoryDir, '.spark', 'cache');
const run = (command: string, args: readonly string[], cwd: string, timeoutMs = 120_000): Promise<string> =>
  runTool({
    name: command,
    command,
    args,
    env: toolEnvironment(),
    cwd,
    signal: new AbortController().signal,
    timeoutMs,
  });

/** A program as it is installed, else of Debian's package, which is unpacked into the cache once. */
export async function findDebianTool(tool: {
  readonly command: string;
  readonly packageName: string;
}): Promise<DebianTool> {
  const { command, packageName } = tool;
  const cacheDir = join(parent, `${packageName}-debian`);
  const unpacked = join(cacheDir, 'usr', 'bin', command);
  for (const path of [command, unpacked]) {
    if (await runs(path)) return { path };
  }
  try {
    await unpackPackage(packageName, cacheDir);
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    return {
      missing: `${command} is not installed (Debian: apt install ${packageName}) and was not to be had: ${why}`,
    };
  }
  return (await runs(unpacked))
    ? { path: unpacked }
    : { missing: `${command} of the package ${packageName} does not run` };
}

async function runs(path: string): Promise<boolean> {
  if (path.startsWith('/')) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (!isThere) return false;
  }
  return await run(path, ['--version'], repositoryDir, 60_000).then(
    () => true,
    () => false,
  );
}

/** Other work trees may share the cache: it is made beside its place and moved there whole. */
async function unpackPackage(packageName: string, cacheDir: string): Promise<void> {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, `${packageName}-`));
  try {
    await run('apt-get', ['download', packageName], folder);
    const [file] = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
    if (file === undefined) throw new Error('apt-get download left no package');
    await run('dpkg-deb', ['-x', file, 'root'], folder);
    // Somebody else may have been quicker.
    await rename(join(folder, 'root'), cacheDir).catch(() => undefined);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
