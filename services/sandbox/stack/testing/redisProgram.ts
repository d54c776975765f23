import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { toolEnvironment } from '../environment.ts';
import { repositoryDir } from '../paths.ts';
import { runTool } from '../tool.ts';

/** A redis-server and redis-cli, with the environment that they need. */
export interface RedisProgram {
  readonly server: string;
  readonly cli: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The redis-server on the PATH, else Debian's package: downloaded and unpacked into the project's cache, with the
 * libraries that this machine lacks; nothing is installed. Resolves with why there is none where apt has none.
 */
export async function findRedis(): Promise<RedisProgram | { readonly missing: string }> {
  const env = toolEnvironment();
  const server = onPath('redis-server', env);
  const cli = onPath('redis-cli', env);
  if (server !== undefined && cli !== undefined && works(server, env)) return { server, cli, env };
  const cached = join(repositoryDir, '.spark', 'cache', 'redis-debian');
  try {
    if (!existsSync(cached)) await unpackPackages(cached);
    const program = unpacked(cached, env);
    if (!works(program.server, program.env)) throw new Error(`${program.server} does not run here`);
    return program;
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
    return { missing: `needs redis-server (Debian package redis-server): ${why}` };
  }
}

function onPath(program: string, env: Readonly<Record<string, string>>): string | undefined {
  return (env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}

function works(server: string, env: Readonly<Record<string, string>>): boolean {
  try {
    return execFileSync(server, ['--version'], { env, encoding: 'utf8', stdio: 'pipe' }).startsWith('Redis server v=');
  } catch {
    return false;
  }
}

function unpacked(folder: string, env: Readonly<Record<string, string>>): RedisProgram {
  const libraries = globSync(['usr/lib', 'usr/lib/*-linux-gnu*'], { cwd: folder }).map((name) => join(folder, name));
  const bin = join(folder, 'usr', 'bin');
  return {
    server: join(bin, 'redis-server'),
    cli: join(bin, 'redis-cli'),
    env: { ...env, LD_LIBRARY_PATH: libraries.join(':') },
  };
}

/** The folder appears whole or not at all, also when two tests make it at once. */
async function unpackPackages(folder: string): Promise<void> {
  mkdirSync(join(folder, '..'), { recursive: true });
  const work = mkdtempSync(`${folder}-`);
  const run = (command: string, args: readonly string[]): Promise<string> =>
    runTool({
      name: [command, ...args.slice(0, 2)].join(' '),
      command,
      args,
      env: toolEnvironment(),
      cwd: work,
      signal: AbortSignal.timeout(110_000),
      timeoutMs: 100_000,
    });
  try {
    const plan = await run('apt-get', ['install', '--simulate', '--no-install-recommends', 'redis-server']);
    const packages = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name);
    await run('apt-get', ['download', ...packages]);
    const root = join(work, 'root');
    for (const archive of globSync('*.deb', { cwd: work })) await run('dpkg-deb', ['--extract', archive, root]);
    renameSync(root, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
