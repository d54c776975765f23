import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { engineEnvironment } from '../../engine/process.ts';
import { runToEnd } from '../../flink/engine/tool.ts';

/** The Python that has Airflow, or why there is none, for a person. */
export type AirflowInstall = { readonly python: string } | { readonly missing: string };

export const airflowDir = join(import.meta.dirname, '..');
const locks = ['requirements.lock', 'requirements-test.txt'].map((name) => join(airflowDir, name));

/** Fills the environment in seconds; pip takes a minute, on a busy machine five. Compiled, Airflow starts in half the time. */
const installer = 'uv==0.13.9';

/**
 * Airflow as the lock pins it, in `<cacheDir>/airflow/<hash of the lock>`; made when missing, which takes a minute. It is
 * filled beside that folder and moved there when it is whole: it is never used half-made, and two runs at once do no harm.
 * Rejects with `airflow_failed` when the packages cannot be had: Python is there, so that is a failure.
 */
export async function installAirflow(options: {
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (text: string) => void;
}): Promise<AirflowInstall> {
  const { cacheDir, signal, onProgress } = options;
  const target = await environmentDir(cacheDir);
  if (existsSync(pythonOf(target))) return { python: pythonOf(target) };
  if (process.platform === 'win32') return { missing: 'Airflow does not run on Windows' };

  const run = (name: string, command: string, args: readonly string[]): Promise<string> =>
    runToEnd({
      name,
      command,
      args,
      env: engineEnvironment(),
      cwd: airflowDir,
      signal: AbortSignal.any([signal, AbortSignal.timeout(600_000)]),
      code: 'airflow_failed',
    });
  const check = 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))';
  const usable = await run('python3', 'python3', ['-c', check]).then(
    () => true,
    () => false,
  );
  signal.throwIfAborted();
  if (!usable) return { missing: "there is no python3 of 3.11 or newer with venv (Debian's package python3-venv)" };

  onProgress?.('installing Airflow as requirements.lock pins it (230 MB, once)');
  const parentDir = join(target, '..');
  await mkdir(parentDir, { recursive: true });
  const workDir = join(parentDir, `making-${process.pid}-${Date.now()}`);
  try {
    await run('python3 -m venv', 'python3', ['-m', 'venv', workDir]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', installer];
    await run('pip', pythonOf(workDir), pip);
    const files = locks.flatMap((lock) => ['-r', lock]);
    const uv = ['-m', 'uv', 'pip', 'install', '--quiet', '--no-deps', '--compile-bytecode'];
    await run('uv', pythonOf(workDir), [...uv, '--python', pythonOf(workDir), ...files]);
    // Another run may have finished first: its environment is as good.
    await rename(workDir, target).catch((error: unknown) => {
      if (!existsSync(pythonOf(target))) throw error;
    });
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
  return { python: pythonOf(target) };
}

/** The Python of an environment that was installed before; undefined without one. Installs nothing. */
export async function findAirflow(cacheDir: string): Promise<string | undefined> {
  const python = pythonOf(await environmentDir(cacheDir));
  return existsSync(python) ? python : undefined;
}

async function environmentDir(cacheDir: string): Promise<string> {
  const hash = createHash('sha256').update(installer);
  for (const lock of locks) hash.update(await readFile(lock));
  return join(cacheDir, 'airflow', hash.digest('hex').slice(0, 16));
}

const pythonOf = (dir: string): string => join(dir, 'bin', 'python');
