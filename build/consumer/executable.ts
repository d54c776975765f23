import { build, type Metafile, type Plugin } from 'esbuild';
import { chmod, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { toolEnvironment } from '../../services/sandbox/stack/environment.ts';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { runTool } from '../../services/sandbox/stack/tool.ts';

/*
 * Both programs and the migrations as one file, with Node's own means (a "single executable application"): everything is
 * bundled to one CommonJS script, which with its assets becomes a blob that is put into a copy of Node's binary. Node
 * takes a blob only from its own version, so the Node that runs this is the Node that is packed. No code cache: it is
 * faster by 0.05 s and differs between two builds.
 */
const entry = 'services/consumer/packaged/main.ts';
const migrationsDir = join(repositoryDir, 'database/migrations');
const postject = join(repositoryDir, 'node_modules/postject/dist/cli.js');
const sentinelFuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

export interface ExecutableOptions {
  /** What `version` prints. */
  readonly version: string;
  /** Where the program is written. */
  readonly file: string;
  /** A folder for what is made on the way; the caller removes it. */
  readonly workDir: string;
  readonly signal: AbortSignal;
}

/** Writes the program; resolves with what went into its script, as esbuild tells it. */
export async function makeExecutable({ version, file, workDir, signal }: ExecutableOptions): Promise<Metafile> {
  await checkNode();
  await mkdir(workDir, { recursive: true });
  const metafile = await bundle(version, join(workDir, 'consumer.cjs'));
  const migrations = (await readdir(migrationsDir)).filter((name) => name.endsWith('.sql')).toSorted();
  const config = {
    // Both are part of the blob: relative, so that no machine's folders are inside.
    main: 'consumer.cjs',
    output: 'consumer.blob',
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: false,
    // As `npm run consumer` starts it (`consumerRun`): 260 instead of 347 MB, and no more time (docs/benchmarks.md).
    execArgv: ['--max-semi-space-size=16'],
    // NODE_OPTIONS of whoever starts it changes nothing.
    execArgvExtension: 'none',
    assets: Object.fromEntries(migrations.map((name) => [`migrations/${name}`, join(migrationsDir, name)])),
  };
  await writeFile(join(workDir, 'sea.json'), JSON.stringify(config));
  const node = (name: string, args: readonly string[]): Promise<string> =>
    runTool({
      name,
      command: process.execPath,
      args,
      env: toolEnvironment(),
      cwd: workDir,
      signal,
      timeoutMs: 120_000,
    });
  await node('node --experimental-sea-config', ['--experimental-sea-config', 'sea.json']);
  await copyFile(process.execPath, file);
  await chmod(file, 0o755);
  await node('postject', [postject, file, 'NODE_SEA_BLOB', config.output, '--sentinel-fuse', sentinelFuse]);
  return metafile;
}

/** The version of Node that is packed is the one of package.json, whatever this machine has. */
async function checkNode(): Promise<void> {
  const manifest = z
    .object({ devDependencies: z.object({ node: z.string() }) })
    .parse(JSON.parse(await readFile(join(repositoryDir, 'package.json'), 'utf8')));
  const wanted = manifest.devDependencies.node;
  if (process.versions.node !== wanted) {
    throw new Error(
      `The consumer is packed with Node ${wanted}, and this is ${process.versions.node}. Nothing was made. Run npm ci, then npm run package:consumer.`,
    );
  }
}

/** Writes the one script of both programs; for the list of what is inside, too. */
export async function bundle(version: string, outfile: string): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: [join(repositoryDir, entry)],
    absWorkingDir: repositoryDir,
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    external: ['pg-native'],
    // In a single executable it is the folder of the program.
    define: { 'import.meta.dirname': '__dirname' },
    plugins: [versionOnly(version)],
    // Some packages make a require of their own file's address, and use it only for what is not packed.
    logOverride: { 'empty-import-meta': 'silent' },
    logLevel: 'warning',
    metafile: true,
  });
  return metafile;
}

/** Of SPARK's package.json only the version is packed. */
const versionOnly = (version: string): Plugin => ({
  name: 'version only',
  setup(bundler) {
    bundler.onLoad({ filter: /package\.json$/ }, ({ path }) =>
      path === join(repositoryDir, 'package.json')
        ? { contents: JSON.stringify({ version }), loader: 'json' }
        : undefined,
    );
  },
});
