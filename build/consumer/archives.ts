import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { toolEnvironment } from '../../services/sandbox/stack/environment.ts';
import { runTool } from '../../services/sandbox/stack/tool.ts';
import { maintainerScript, maintainerScripts, scriptsDir } from './maintainerScripts.ts';
import { setModes } from './payload.ts';

const architectures: Readonly<Partial<Record<NodeJS.Architecture, string>>> = { x64: 'amd64', arm64: 'arm64' };

export interface ArchiveOptions {
  readonly version: string;
  /** What is installed: `usr/…`. */
  readonly payload: string;
  readonly workDir: string;
  readonly outDir: string;
  /** Seconds since 1970 that every file gets. */
  readonly epoch: number;
  /** `fast` is larger, for tests. */
  readonly compression: 'small' | 'fast';
  readonly signal: AbortSignal;
}

/** `spark-nats-consumer_0.1.0_amd64`. Throws where nothing is packed for this machine's kind. */
export function archiveName(version: string): string {
  return `spark-nats-consumer_${version}_${debianArchitecture()}`;
}

export function debianArchitecture(): string {
  const found = architectures[process.arch];
  if (process.platform !== 'linux' || found === undefined)
    throw new Error(`Debian packages are made on Linux, x64 or arm64; this is ${process.platform} ${process.arch}.`);
  return found;
}

/** Makes the Debian package with dpkg-deb; resolves with its file. */
export async function makeDeb(options: ArchiveOptions): Promise<string> {
  const { version, payload, workDir, outDir, epoch, compression, signal } = options;
  const root = join(workDir, 'deb');
  const control = join(root, 'DEBIAN');
  await cp(payload, root, { recursive: true, verbatimSymlinks: true });
  await mkdir(control);
  for (const name of maintainerScripts) await writeFile(join(control, name), await maintainerScript(name, version));
  const { md5sums, kib } = await measure(payload);
  await writeFile(join(control, 'md5sums'), md5sums);
  await writeFile(join(control, 'control'), controlText(version, kib));
  await setModes(root);
  const file = join(outDir, `${archiveName(version)}.deb`);
  await packDeb({ root, file, workDir, epoch, compression, signal });
  return file;
}

type Packing = Pick<ArchiveOptions, 'workDir' | 'epoch' | 'compression' | 'signal'>;

/** What dpkg notes of the files below a folder: their sums, and their size together in KiB. */
export async function measure(payload: string): Promise<{ readonly md5sums: string; readonly kib: number }> {
  const files = await listFiles(payload);
  const sums = await Promise.all(files.map(async (file) => `${await hashOf(join(payload, file), 'md5')}  ${file}\n`));
  const bytes = await Promise.all(files.map(async (file) => (await stat(join(payload, file))).size));
  return { md5sums: sums.join(''), kib: Math.ceil(bytes.reduce((a, b) => a + b, 0) / 1024) };
}

/** Runs dpkg-deb on a folder that has everything, `DEBIAN/` too. */
export async function packDeb(options: Packing & { readonly root: string; readonly file: string }): Promise<void> {
  const { root, file, workDir, epoch, compression, signal } = options;
  await runTool({
    name: 'dpkg-deb (Debian package dpkg)',
    command: 'dpkg-deb',
    // One thread: what several write depends on how many there are.
    args: [
      '--root-owner-group',
      '--threads-max=1',
      ...(compression === 'fast' ? ['-Zgzip', '-z1'] : ['-Zxz', '-z6']),
      '--build',
      root,
      file,
    ],
    env: { ...toolEnvironment(), SOURCE_DATE_EPOCH: String(epoch) },
    cwd: workDir,
    signal,
    timeoutMs: 600_000,
  });
}

function controlText(version: string, installedKib: number): string {
  return `Package: spark-nats-consumer
Version: ${version}
Section: net
Priority: optional
Architecture: ${debianArchitecture()}
Maintainer: SPARK maintainers <maintainers@spark.invalid>
Installed-Size: ${installedKib}
Depends: libc6 (>= 2.28), libstdc++6 (>= 8), passwd
Recommends: systemd (>= 247)
Description: SPARK: events from NATS JetStream to PostgreSQL
 Writes every event of the stream SPARK to PostgreSQL, exactly one row each, and
 keeps what cannot become a row with its reason. With spark-db, the tool of the
 schema, its partitions, rollups and roles.
`;
}

/** The same files for systems without dpkg, with install.sh; resolves with the archive's file. */
export async function makeTarball(options: ArchiveOptions): Promise<string> {
  const { version, payload, workDir, outDir, epoch, compression, signal } = options;
  const name = archiveName(version);
  const root = join(workDir, name);
  await cp(payload, root, { recursive: true, verbatimSymlinks: true });
  await mkdir(join(root, 'scripts'));
  const addScript = async (path: string, text: string): Promise<void> => {
    await writeFile(join(root, path), text);
    // Whatever the umask is.
    await chmod(join(root, path), 0o755);
  };
  for (const script of maintainerScripts) await addScript(`scripts/${script}`, await maintainerScript(script, version));
  for (const script of ['install.sh', 'uninstall.sh'])
    await addScript(script, await readFile(join(scriptsDir, script), 'utf8'));
  const file = join(outDir, `${name}.tar.gz`);
  await packTar({ name, file, workDir, epoch, compression, signal });
  return file;
}

/** Packs the folder `name` of the work folder, the same bytes each time. */
export async function packTar(options: Packing & { readonly name: string; readonly file: string }): Promise<void> {
  const { name, file, workDir, epoch, compression, signal } = options;
  const tar = join(workDir, `${name}.tar`);
  await runTool({
    name: 'tar (GNU tar)',
    command: 'tar',
    args: [
      '--create',
      '--format=gnu',
      '--sort=name',
      `--mtime=@${epoch}`,
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      `--file=${tar}`,
      name,
    ],
    env: toolEnvironment(),
    cwd: workDir,
    signal,
    timeoutMs: 120_000,
  });
  await pipeline(createReadStream(tar), createGzip({ level: compression === 'fast' ? 1 : 9 }), createWriteStream(file));
  await rm(tar);
}

/** Regular files below a folder, relative and sorted. */
async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}

export async function hashOf(file: string, algorithm: 'md5' | 'sha256'): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Writes `SHA256SUMS`-style lines beside the files, for `sha256sum --check`; resolves with that file. */
export async function writeChecksums(files: readonly string[], outDir: string, version: string): Promise<string> {
  const lines = await Promise.all(files.map(async (file) => `${await hashOf(file, 'sha256')}  ${basename(file)}\n`));
  const sums = join(outDir, `${archiveName(version)}.sha256`);
  await writeFile(sums, lines.join(''));
  return sums;
}
