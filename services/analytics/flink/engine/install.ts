import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { AppError } from '../../../../shared/errors/index.ts';
import { engineEnvironment } from '../../engine/process.ts';
import { runToEnd } from './tool.ts';

/** The folder of Flink, or why there can be none here, for a person. */
export type FlinkInstall = { readonly home: string } | { readonly missing: string };

const pins = ['libraries.txt', 'scripts.txt', 'pom.xml', 'checksums.txt'] as const;

/**
 * Flink with its connectors as `libraries.txt`, `scripts.txt` and `pom.xml` pin it, in `<cacheDir>/flink/<hash of the pins>`; made
 * when missing, some 500 MB from PyPI and Maven in a minute or two. It is filled beside that folder and moved there when
 * it is whole: it is never used half-made, and two runs at once do no harm. Rejects when a package cannot be had, or is
 * not the one that `checksums.txt` names.
 */
export async function installFlink(options: {
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (message: string) => void;
}): Promise<FlinkInstall> {
  const { signal, onProgress = () => undefined } = options;
  const hash = createHash('sha256');
  for (const pin of pins) hash.update(await readFile(join(import.meta.dirname, pin)));
  const parentDir = join(options.cacheDir, 'flink');
  const home = join(parentDir, hash.digest('hex').slice(0, 16));
  const missing = await findMissing(signal);
  if (missing !== undefined) return { missing };
  if (existsSync(home)) return { home };

  await mkdir(parentDir, { recursive: true });
  const workDir = join(parentDir, `making-${process.pid}-${Date.now()}`);
  try {
    await mkdir(workDir);
    onProgress('downloading Flink (236 MB from PyPI)');
    await fetchDistribution(workDir, signal);
    onProgress('downloading the connectors (26 MB from Maven)');
    await fetchConnectors(workDir, signal);
    await checkSums(join(workDir, 'home'));
    // Another run may have finished first: its folder is as good.
    await rename(join(workDir, 'home'), home).catch((error: unknown) => {
      if (!existsSync(home)) throw error;
    });
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
  return { home };
}

export async function findMissing(signal: AbortSignal): Promise<string | undefined> {
  if (process.platform === 'win32') return 'Flink does not run on Windows';
  const needed = [
    { command: 'java', args: ['-version'], debian: 'openjdk-17-jre-headless' },
    { command: 'mvn', args: ['-version'], debian: 'maven' },
    { command: 'python3', args: ['-c', 'import pip'], debian: 'python3-pip' },
  ];
  const absent: string[] = [];
  for (const { command, args, debian } of needed)
    await run(command, args, process.cwd(), signal).catch((error: unknown) => {
      signal.throwIfAborted();
      if (!(error instanceof AppError)) throw error;
      absent.push(`${command} (Debian's package ${debian})`);
    });
  return absent.length === 0 ? undefined : `Flink needs ${absent.join(', ')}`;
}

const run = (command: string, args: readonly string[], cwd: string, signal: AbortSignal): Promise<string> =>
  runToEnd({ name: [command, ...args].slice(0, 4).join(' '), command, args, cwd, env: engineEnvironment(), signal });

/** The packages of PyFlink hold all of the distribution: jars the one, scripts the other. */
async function fetchDistribution(workDir: string, signal: AbortSignal): Promise<void> {
  const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--disable-pip-version-check', '--no-input'];
  const from = (name: string): string[] => ['--dest', 'packages', '-r', join(import.meta.dirname, name)];
  const source = ['--no-binary', 'apache-flink-libraries'];
  // Whatever Python is here: only files are taken out of it.
  const wheel = ['--only-binary', ':all:', '--python-version', '3.11', '--implementation', 'cp'];
  const platform = ['--platform', 'manylinux2014_x86_64'];
  await run('python3', [...pip, ...source, ...from('libraries.txt')], workDir, signal);
  await run('python3', [...pip, ...wheel, ...platform, ...from('scripts.txt')], workDir, signal);
  const files = await readdir(join(workDir, 'packages'));
  const find = (pattern: RegExp): string => {
    const file = files.find((name) => pattern.test(name));
    if (file === undefined)
      throw new AppError('flink_failed', `PyPI gave no ${pattern.source}, but ${files.join(', ')}`);
    return join(workDir, 'packages', file);
  };
  const home = join(workDir, 'home');
  await mkdir(home);
  const libraries = find(/^apache[_-]flink[_-]libraries-.*\.tar\.gz$/);
  const root = /([^/]+)\.tar\.gz$/.exec(libraries)?.[1] ?? '';
  const folders = ['bin', 'lib', 'opt', 'plugins'].map((name) => `${root}/deps/${name}`);
  await run('tar', ['-xzf', libraries, '--strip-components=2', '-C', home, ...folders], workDir, signal);
  const unzip = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])';
  await run('python3', ['-c', unzip, find(/^apache_flink-.*\.whl$/), 'wheel'], workDir, signal);
  await cp(join(workDir, 'wheel', 'pyflink', 'bin'), join(home, 'bin'), { recursive: true });
  await cp(join(workDir, 'wheel', 'pyflink', 'conf'), join(home, 'conf'), { recursive: true });
  for (const name of await readdir(join(home, 'bin'))) await chmod(join(home, 'bin', name), 0o755);
}

async function fetchConnectors(workDir: string, signal: AbortSignal): Promise<void> {
  const pom = join(import.meta.dirname, 'pom.xml');
  const goal = ['dependency:copy-dependencies', '-DexcludeTransitive=true', `-DoutputDirectory=${workDir}/jars`];
  await run('mvn', ['--batch-mode', '--quiet', '--file', pom, ...goal], workDir, signal);
  for (const name of await readdir(join(workDir, 'jars'))) {
    const folder = name.startsWith('flink-sql-gateway') ? 'opt' : 'lib';
    await copyFile(join(workDir, 'jars', name), join(workDir, 'home', folder, name));
  }
}

/** Lines of sha256, two blanks and a path, as sha256sum writes them. */
async function checkSums(home: string): Promise<void> {
  const text = await readFile(join(import.meta.dirname, 'checksums.txt'), 'utf8');
  for (const [, expected, path = ''] of text.matchAll(/^([0-9a-f]{64}) {2}(.+)$/gm)) {
    const found = createHash('sha256')
      .update(await readFile(join(home, path)))
      .digest('hex');
    if (found !== expected)
      throw new AppError('flink_failed', `${path} is not the file that checksums.txt names: it has sha256 ${found}`);
  }
}
