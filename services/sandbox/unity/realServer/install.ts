import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { AppError } from '../../../../shared/errors/index.ts';
import { readEnvironment } from '../../../../shared/node/config/index.ts';
import { repositoryDir } from '../../stack/paths.ts';
import { runTool } from '../../stack/tool.ts';
import { oldestPython, requirements, unityMcpVersion } from './version.ts';

/**
 * The real MCP server in a virtual environment of its own, `.spark/unity-real/<version>`. It is made beside that folder
 * and moved there when it is whole, so a half-made one is never used and two runs at once do no harm. (The moved
 * environment is started through its interpreter; its scripts would still name the first folder.)
 */
export type RealServerInstall =
  | { readonly kind: 'ready'; readonly python: string }
  /** No Python that is new enough, or pip could not fetch the packages; `reason` is for a person. */
  | { readonly kind: 'missing'; readonly reason: string };

export interface InstallOptions {
  readonly signal: AbortSignal;
  /** Defaults to `.spark/unity-real` in the repository. */
  readonly parentDir?: string;
  /** Interpreters to try, in this order. */
  readonly pythons?: readonly string[];
  readonly requirements?: readonly string[];
  readonly onProgress?: (message: string) => void;
}

const isWindows = process.platform === 'win32';
const pythonOf = (dir: string): string => join(dir, isWindows ? 'Scripts/python.exe' : 'bin/python');
const defaultPythons = isWindows
  ? ['py', 'python']
  : ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', '/usr/bin/python3'];
/** What a run that was killed left behind is removed by a later one; nothing takes this long. */
const leftOverMs = 30 * 60_000;

/** Makes the environment where it is missing. Rejects only when aborted. */
export async function installRealServer(options: InstallOptions): Promise<RealServerInstall> {
  const { signal, onProgress, pythons = defaultPythons } = options;
  const parentDir = options.parentDir ?? join(repositoryDir, '.spark', 'unity-real');
  const target = join(parentDir, unityMcpVersion);
  if (existsSync(pythonOf(target))) return { kind: 'ready', python: pythonOf(target) };
  await mkdir(parentDir, { recursive: true });
  await removeLeftOvers(parentDir);
  const found = await findPython(pythons, signal);
  if (found.kind === 'missing') return found;
  const workDir = join(parentDir, `making-${process.pid}-${Date.now()}`);
  try {
    onProgress?.(`installing MCP for Unity ${unityMcpVersion} with ${found.command}`);
    await run(found.command, ['-m', 'venv', workDir], signal, 60_000);
    await fillEnvironment(workDir, options.requirements ?? requirements, signal);
    await moveInto(workDir, target);
    return { kind: 'ready', python: pythonOf(target) };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'missing', reason: `MCP for Unity ${unityMcpVersion} could not be installed: ${wordsOf(error)}` };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** The first of these that is Python 3.10 or newer. */
async function findPython(
  commands: readonly string[],
  signal: AbortSignal,
): Promise<{ kind: 'found'; command: string } | { kind: 'missing'; reason: string }> {
  const wanted = oldestPython.join('.');
  const check = 'import sys; print("%d.%d" % sys.version_info[:2])';
  const seen: string[] = [];
  for (const command of commands) {
    try {
      const version = (await run(command, ['-c', check], signal, 15_000)).trim();
      const [major = 0, minor = 0] = version.split('.').map(Number);
      if (major === oldestPython[0] && minor >= oldestPython[1]) return { kind: 'found', command };
      seen.push(`${command} is ${version}`);
    } catch {
      signal.throwIfAborted();
    }
  }
  const what = seen.length === 0 ? 'there is no Python' : seen.join(', ');
  return { kind: 'missing', reason: `MCP for Unity needs Python ${wanted} or newer, and ${what}.` };
}

/** With uv where it is there (seconds), else with the environment's own pip (half a minute to two). */
async function fillEnvironment(dir: string, wanted: readonly string[], signal: AbortSignal): Promise<void> {
  try {
    await run('uv', ['pip', 'install', '--quiet', '--python', pythonOf(dir), ...wanted], signal, 300_000);
  } catch {
    signal.throwIfAborted();
    const quiet = ['--quiet', '--disable-pip-version-check', '--no-input', '--retries', '2'];
    await run(pythonOf(dir), ['-m', 'pip', 'install', ...quiet, ...wanted], signal, 600_000);
  }
}

/** Another run may have finished first: its environment is as good. What is there without an interpreter is not. */
async function moveInto(dir: string, target: string): Promise<void> {
  try {
    await rename(dir, target);
  } catch {
    if (existsSync(pythonOf(target))) return;
    await rm(target, { recursive: true, force: true });
    await rename(dir, target);
  }
}

async function removeLeftOvers(parentDir: string): Promise<void> {
  for (const name of await readdir(parentDir)) {
    if (!name.startsWith('making-')) continue;
    const made = await stat(join(parentDir, name)).catch(() => undefined);
    if (made === undefined || Date.now() - made.mtimeMs < leftOverMs) continue;
    await rm(join(parentDir, name), { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[], signal: AbortSignal, timeoutMs: number): Promise<string> {
  const env = Object.fromEntries(
    Object.entries(readEnvironment()).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return runTool({ name: command, command, args, env, cwd: repositoryDir, signal, timeoutMs });
}

const wordsOf = (error: unknown): string => (error instanceof AppError ? error.message : String(error));
