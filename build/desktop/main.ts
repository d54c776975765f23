import { Command } from 'commander';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import process from 'node:process';
import manifest from '../../package.json' with { type: 'json' };
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { runProgram } from '../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../shared/node/logging/index.ts';
import { readPackages } from '../consumer/packages.ts';
import { ensureBuilt } from '../outputs.ts';
import { writeAppFolder } from './appFolder.ts';
import { makeDesktop } from './makeDesktop.ts';
import { release } from './product.ts';
import { missingTools, thisSystem, usualTargets, type Target } from './tools.ts';

interface Flags {
  readonly out: string;
  readonly targets?: readonly string[];
  readonly electronDist?: string;
  readonly fast?: true;
}

/** `npm run package:desktop`: the installers of the desktop app, into `dist/`. */
const program = new Command('package:desktop')
  .description(
    'installers of the desktop app with SBOM and checksums: deb, rpm and tar.gz (AppImage when named); dmg on macOS, nsis on Windows',
  )
  .option('--out <folder>', 'where the files are written', join(repositoryDir, 'dist'))
  .option('--targets <names...>', 'which of deb rpm tar.gz AppImage, dmg, nsis')
  .option(
    '--electron-dist <folder>',
    `an unpacked Electron ${manifest.devDependencies.electron}, where it cannot be downloaded`,
  )
  .option('--fast', 'compress little, for trying')
  .action((flags: Flags) =>
    runProgram({
      logger: makeLogger({ name: 'package:desktop', level: 'warn' }),
      run: async ({ signal }) => {
        const system = thisSystem();
        const targets = flags.targets ?? usualTargets(system.platform);
        const missing = missingTools(targets, system);
        if (missing.length > 0) {
          console.error(`Nothing was made; --targets leaves one out:\n${missing.join('\n')}`);
          return 1;
        }
        const files = await make(targets as readonly Target[], flags, signal).catch((error: unknown) => {
          signal.throwIfAborted();
          console.error(error instanceof Error ? error.message : error);
          return [];
        });
        for (const file of files) {
          const { size } = await stat(file);
          console.log(`${relative(process.cwd(), file)}  ${(size / 2 ** 20).toFixed(1)} MiB`);
        }
        return files.length > 0 ? 0 : 1;
      },
    }),
  );

async function make(targets: readonly Target[], flags: Flags, signal: AbortSignal): Promise<readonly string[]> {
  const onProgress = (message: string): void => console.error(`making ${message}`);
  await ensureBuilt('desktop', { signal, onProgress });
  const folder = await mkdtemp(join(repositoryDir, '.spark/app-'));
  try {
    const product = release(manifest.version);
    const { packages } = await writeAppFolder(folder, product.executable);
    return await makeDesktop({
      product,
      targets,
      configuration: join(repositoryDir, 'electron-builder.yml'),
      electronVersion: manifest.devDependencies.electron,
      electronDist: flags.electronDist,
      appFolder: folder,
      packages: await readPackages(packages),
      outDir: flags.out,
      compression: flags.fast ? 'fast' : 'small',
      signal,
      onProgress,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await program.parseAsync();
