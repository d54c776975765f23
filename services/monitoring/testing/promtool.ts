import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toolEnvironment } from '../../sandbox/stack/environment.ts';
import { repositoryDir } from '../../sandbox/stack/paths.ts';
import { runTool } from '../../sandbox/stack/tool.ts';

export type Promtool = { readonly path: string } | { readonly missing: string };

const cacheDir = join(repositoryDir, '.spark', 'cache', 'prometheus-debian');
const unpacked = join(cacheDir, 'usr', 'bin', 'promtool');

/** Prometheus's own checker: as it is installed, else of Debian's package, which is unpacked into the cache once. */
export async function findPromtool(): Promise<Promtool> {
  for (const path of ['promtool', unpacked]) {
    if (await runs(path)) return { path };
  }
  try {
    await unpackPackage();
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    return { missing: `promtool is not installed (Debian: apt install prometheus) and was not to be had: ${why}` };
  }
  return (await runs(unpacked)) ? { path: unpacked } : { missing: 'promtool of the package prometheus does not run' };
}

export const runPromtool = (path: string, args: readonly string[], cwd: string): Promise<string> =>
  runTool({
    name: `promtool ${args.slice(0, 2).join(' ')}`,
    command: path,
    args,
    env: toolEnvironment(),
    cwd,
    signal: new AbortController().signal,
    timeoutMs: 60_000,
  });

async function runs(path: string): Promise<boolean> {
  if (path.startsWith('/')) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (!isThere) return false;
  }
  return await runPromtool(path, ['--version'], repositoryDir).then(
    () => true,
    () => false,
  );
}

/** Other work trees may share the cache: it is made beside its place and moved there whole. */
async function unpackPackage(): Promise<void> {
  const parent = join(cacheDir, '..');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'prometheus-'));
  const run = (command: string, args: readonly string[]): Promise<string> =>
    runTool({
      name: command,
      command,
      args,
      env: toolEnvironment(),
      cwd: folder,
      signal: new AbortController().signal,
      timeoutMs: 120_000,
    });
  try {
    await run('apt-get', ['download', 'prometheus']);
    const [file] = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
    if (file === undefined) throw new Error('apt-get download left no package');
    await run('dpkg-deb', ['-x', file, 'root']);
    // Somebody else may have been quicker.
    await rename(join(folder, 'root'), cacheDir).catch(() => undefined);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
