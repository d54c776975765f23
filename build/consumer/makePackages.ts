import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { readEnvironment } from '../../shared/node/config/index.ts';
import { toolEnvironment } from '../../services/sandbox/stack/environment.ts';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { runTool } from '../../services/sandbox/stack/tool.ts';
import { archiveName, hashOf, makeDeb, makeTarball, writeChecksums, type ArchiveOptions } from './archives.ts';
import { makeExecutable } from './executable.ts';
import { readBundledPackages } from './packages.ts';
import { writePayload } from './payload.ts';
import { makeSbom } from './sbom.ts';

export interface PackagesOptions {
  readonly version: string;
  readonly outDir: string;
  readonly compression: ArchiveOptions['compression'];
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

/** Makes the Debian package, the archive, the SBOM and the checksums; resolves with their files, the package first. */
export async function makePackages(options: PackagesOptions): Promise<readonly [string, ...string[]]> {
  const { version, outDir, compression, signal, onProgress } = options;
  const { node } = process.versions;
  const epoch = await sourceEpoch(signal);
  const name = archiveName(version);
  await mkdir(outDir, { recursive: true });
  const workDir = await mkdtemp(join(tmpdir(), 'spark-package-'));
  try {
    onProgress('the program');
    const executable = join(workDir, 'spark-nats-consumer');
    const metafile = await makeExecutable({ version, file: executable, workDir: join(workDir, 'program'), signal });
    const packages = await readBundledPackages(metafile);
    const sbom = makeSbom({
      program: {
        name: 'spark-nats-consumer',
        version,
        purlType: 'deb',
        sha256: await hashOf(executable, 'sha256'),
      },
      platform: { name: 'node', version: node, purl: `pkg:generic/node@${node}` },
      packages,
      builtAt: new Date(epoch * 1_000),
    });
    const payload = join(workDir, 'payload');
    await writePayload({ root: payload, executable, sbom, packages });
    const archive = { version, payload, workDir, outDir, epoch, compression, signal };
    onProgress('the Debian package');
    const deb = await makeDeb(archive);
    onProgress('the archive');
    const tarball = await makeTarball(archive);
    const sbomFile = join(outDir, `${name}.cdx.json`);
    await writeFile(sbomFile, sbom);
    return [deb, tarball, sbomFile, await writeChecksums([deb, tarball, sbomFile], outDir, version)];
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** SOURCE_DATE_EPOCH, else the time of the newest commit, else (sources without git) a time that is always the same. */
export async function sourceEpoch(signal: AbortSignal): Promise<number> {
  const given = Number(readEnvironment()['SOURCE_DATE_EPOCH']);
  if (Number.isInteger(given) && given > 0) return given;
  const time = await runTool({
    name: 'git',
    command: 'git',
    args: ['log', '-1', '--format=%ct'],
    env: toolEnvironment(),
    cwd: repositoryDir,
    signal,
    timeoutMs: 10_000,
  }).catch(() => '1767225600');
  return Number(time);
}
