import { Command } from 'commander';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import process from 'node:process';
import manifest from '../../package.json' with { type: 'json' };
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { runProgram } from '../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../shared/node/logging/index.ts';
import { hashOf } from './archives.ts';
import { makePackages, type PackagesOptions } from './makePackages.ts';

/** `npm run package:consumer`: what IT installs on the consumer's machines, into `dist/`. */
const program = new Command('package:consumer')
  .description('the consumer with spark-db as one program: .deb, .tar.gz, SBOM (CycloneDX) and checksums')
  .option('--out <folder>', 'where the files are written', join(repositoryDir, 'dist'))
  .option('--fast', 'compress little, for trying')
  .option('--twice', 'build a second time elsewhere and compare byte by byte; exit code 1 when anything differs')
  .action((flags: { readonly out: string; readonly fast?: true; readonly twice?: true }) =>
    runProgram({
      logger: makeLogger({ name: 'package:consumer', level: 'warn' }),
      run: async ({ signal }) => {
        const options = (outDir: string): PackagesOptions => ({
          version: manifest.version,
          outDir,
          compression: flags.fast ? 'fast' : 'small',
          signal,
          onProgress: (message) => {
            console.error(`making ${message}`);
          },
        });
        const files = await makePackages(options(flags.out));
        for (const file of files) {
          const { size } = await stat(file);
          console.log(`${relative(process.cwd(), file)}  ${(size / 2 ** 20).toFixed(1)} MiB`);
        }
        if (flags.twice !== true) return 0;
        const differing = await buildAgain(files, options);
        if (differing.length === 0) console.log('A second build has the same bytes.');
        for (const name of differing) console.log(`differs in a second build: ${name}`);
        return differing.length === 0 ? 0 : 1;
      },
    }),
  );

/** Names of the files that a build in other folders makes differently. */
async function buildAgain(
  files: readonly string[],
  options: (outDir: string) => PackagesOptions,
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'spark-second-'));
  try {
    await makePackages(options(folder));
    const pairs = files.map(async (file) => {
      const [one, other] = [await hashOf(file, 'sha256'), await hashOf(join(folder, basename(file)), 'sha256')];
      return one === other ? [] : [basename(file)];
    });
    return (await Promise.all(pairs)).flat();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await program.parseAsync();
