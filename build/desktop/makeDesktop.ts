import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import process from 'node:process';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { hashOf, type ArchiveOptions } from '../consumer/archives.ts';
import { sourceEpoch } from '../consumer/makePackages.ts';
import type { BundledPackage } from '../consumer/packages.ts';
import { makeDesktopDeb, makeDesktopTarball, makeRpm, type LinuxPackage } from './linuxPackages.ts';
import { writeLinuxPayload } from './linuxPayload.ts';
import { writeNotices } from './notices.ts';
import { builderArguments, pack, platformFlag, runBuilder, type Packed, type PackOptions } from './pack.ts';
import type { Product } from './product.ts';
import { desktopSbom } from './sbom.ts';
import type { Target } from './tools.ts';

export interface DesktopOptions extends Omit<PackOptions, 'workDir' | 'notices'> {
  readonly product: Product;
  /** All whose code is inside. */
  readonly packages: readonly BundledPackage[];
  readonly targets: readonly Target[];
  readonly outDir: string;
  readonly compression: ArchiveOptions['compression'];
  readonly onProgress: (message: string) => void;
}

const ownMakers: Readonly<Partial<Record<Target, (options: LinuxPackage) => Promise<string>>>> = {
  deb: makeDesktopDeb,
  rpm: makeRpm,
  'tar.gz': makeDesktopTarball,
};

/** Packs the app, checks it, and makes its installers, the SBOM and the checksums of all; resolves with their files. */
export async function makeDesktop(options: DesktopOptions): Promise<readonly string[]> {
  const { product, packages, targets, outDir, compression, signal, onProgress } = options;
  await mkdir(outDir, { recursive: true });
  await mkdir(join(repositoryDir, '.spark'), { recursive: true });
  // Not on a temporary file system in memory: it holds the app several times.
  const workDir = await mkdtemp(join(repositoryDir, '.spark/package-'));
  try {
    onProgress('the app, unpacked, and its check');
    const { folder, project } = await pack({
      ...options,
      notices: await writeNotices(packages),
      workDir: join(workDir, 'builder'),
    });
    const epoch = await sourceEpoch(signal);
    const sbom = desktopSbom({
      product,
      electronVersion: options.electronVersion,
      sha256: await hashOf(join(project, 'app.asar'), 'sha256'),
      packages,
      builtAt: new Date(epoch * 1_000),
    });
    const files: string[] = [];
    const own = targets.filter((target) => ownMakers[target] !== undefined);
    if (own.length > 0) {
      const payload = join(workDir, 'payload');
      await writeLinuxPayload({ root: payload, appFolder: folder, product, sbom });
      for (const target of own) {
        onProgress(target);
        const file = await ownMakers[target]?.({ product, payload, workDir, outDir, epoch, compression, signal });
        if (file !== undefined) files.push(file);
      }
    }
    for (const target of targets.filter((each) => ownMakers[each] === undefined)) {
      onProgress(target);
      files.push(...(await makeByBuilder(target, { folder, project }, options)));
    }
    const name = join(outDir, `${product.name}_${product.version}_${process.platform}_${process.arch}`);
    await writeFile(`${name}.cdx.json`, sbom);
    files.push(`${name}.cdx.json`);
    const lines = await Promise.all(files.map(async (file) => `${await hashOf(file, 'sha256')}  ${basename(file)}\n`));
    await writeFile(`${name}.sha256`, lines.join(''));
    return [...files, `${name}.sha256`];
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** AppImage, dmg and nsis, from the folder that was checked; electron-builder downloads their tools when they are not here. */
async function makeByBuilder(target: Target, { folder, project }: Packed, options: DesktopOptions): Promise<string[]> {
  const { outDir, configuration, electronVersion: version, signal } = options;
  const before = new Set(await readdir(outDir));
  await runBuilder(
    [platformFlag()[0], target, `--${process.arch}`, ...builderArguments({ configuration, version, project })].concat([
      '--prepackaged',
      process.platform === 'darwin' ? join(folder, 'SPARK.app') : folder,
      `-c.directories.output=${outDir}`,
    ]),
    signal,
  );
  const made = (await readdir(outDir)).filter((name) => !before.has(name) && /\.(AppImage|dmg|exe)$/.test(name));
  if (made.length === 0) throw new Error(`electron-builder made no ${target}.`);
  return made.map((name) => join(outDir, name));
}
