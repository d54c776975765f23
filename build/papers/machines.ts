import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, glob, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { toolEnvironment } from '../../services/sandbox/stack/environment.ts';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { freePort } from '../../services/sandbox/stack/ports.ts';
import type { Block } from './readBlocks.ts';
import { stubs, type RedisPrograms } from './stubs.ts';

/*
 * The machines of the seed's network on this one: each has a folder that stands for its root, a port of the loopback
 * address for each port of its own, and its programs first on the PATH. Texts are translated, commands are real.
 */
export interface Ran {
  readonly code: number | null;
  readonly said: string;
}

export interface Machines {
  readonly run: (block: Block) => Promise<Ran>;
  readonly folderOf: (machine: string) => string;
  readonly stop: () => Promise<void>;
}

interface Programs {
  /** Folder with PostgreSQL's programs. */
  readonly postgres: string;
  readonly natsServer: string;
  /** Where it could be had. */
  readonly redis: RedisPrograms | undefined;
}

const ofMachines =
  /192\.168\.86\.(\d+)(:| port=| -p |' port='|"?\s(?:SLATE_DB|SPARK_DB_REPLICA|REDIS)_PORT=|' --port=)(\d+)/g;

/** `root` may be read by every user of this machine. */
export function makeMachines(options: { readonly root: string; readonly programs: Programs }): Machines {
  const { root, programs } = options;
  const ports = new Map<string, Promise<number>>();
  const folderOf = (machine: string): string => join(root, machine);
  const given = new Set<number>();
  /** The system may offer the same port again until somebody listens on it. */
  const unusedPort = async (): Promise<number> => {
    for (;;) {
      const port = await freePort();
      if (given.has(port)) continue;
      given.add(port);
      return port;
    }
  };
  const portOf = (machine: string, port: string): Promise<number> => {
    const key = `${machine}:${port}`;
    const known = ports.get(key) ?? unusedPort();
    ports.set(key, known);
    return known;
  };

  async function translate(machine: string, text: string): Promise<string> {
    let done = text.replace(/192\.168\.86\.0\/24/g, '127.0.0.1/32');
    // The one name of the network; it stands in a certificate.
    done = await replaceEach(done, /spark-nats\.internal(:(\d+))?/g, async ([, , port]) => {
      return port === undefined ? 'localhost' : `localhost:${await portOf('27', port)}`;
    });
    done = await replaceEach(done, ofMachines, async ([, host = '', between = '', port = '']) => {
      return `127.0.0.1${between}${await portOf(host, port)}`;
    });
    // Ports that are free here have five digits, so that what is translated is not translated again.
    done = await replaceEach(done, /(0\.0\.0\.0|127\.0\.0\.1):(\d{4})\b/g, async ([, , port = '']) => {
      return `127.0.0.1:${await portOf(machine, port)}`;
    });
    done = await replaceEach(done, /(\bport = |^port |PORT=| -p )(\d{4})\b/gm, async ([, before = '', port = '']) => {
      return `${before}${await portOf(machine, port)}`;
    });
    done = done.replace(/192\.168\.86\.\d+/g, '127.0.0.1');
    return done.replace(/(^|[\s'"=:(])\/(etc|var|opt|srv)\//gm, (_, before: string, top: string) => {
      return `${before}${folderOf(machine)}/${top}/`;
    });
  }

  async function prepare(machine: string): Promise<string> {
    const bin = join(folderOf(machine), 'bin');
    await mkdir(join(folderOf(machine), 'run'), { recursive: true });
    await mkdir(bin, { recursive: true });
    const facts = { ...programs, root: folderOf(machine), node: process.execPath, repository: repositoryDir };
    for (const [name, text] of Object.entries(stubs(facts))) {
      await writeFile(join(bin, name), text);
      await chmod(join(bin, name), 0o755);
    }
    return bin;
  }

  return {
    folderOf,
    async run(block) {
      const { on: machine = '', as, file, db = 'postgres' } = block.attributes;
      const bin = await prepare(machine);
      const text = await translate(machine, block.text);
      const folder = folderOf(machine);
      if (file !== undefined) {
        const path = join(folder, file);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
        return { code: 0, said: '' };
      }
      // One terminal per machine and user: what a block exports is there for the next one.
      const state = join(folder, 'run', `terminal-${as ?? 'root'}`);
      const asPostgres = block.language === 'sql' || as === 'postgres';
      const script =
        block.language === 'sql'
          ? `psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname=${db} <<'END_OF_SQL'\n${text}END_OF_SQL\n`
          : `set -eo pipefail\n[ ! -f ${state} ] || . ${state}\n${text}\nexport -p > ${state}\n`;
      const env = {
        ...toolEnvironment(),
        PATH: [bin, programs.postgres, toolEnvironment()['PATH'] ?? ''].join(':'),
        PGHOST: join(folder, 'run'),
        PGPORT: String(await portOf(machine, '5432')),
        // libpq looks for certificates there, and must be able to.
        HOME: folder,
        // The package's programs read this file; from the sources they are told to.
        ...(machine.startsWith('11') ? { SPARK_ENV_FILE: join(folder, 'etc/spark/consumer.env') } : {}),
      };
      const inside = machine === 'repository' ? repositoryDir : folder;
      const [command, args] = asPostgres
        ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--init-groups', 'bash', '-c', script]]
        : ['bash', ['-c', script]];
      return await collect(command, args, env, inside);
    },
    async stop() {
      for await (const file of glob([
        join(root, '*/run/*.pid'),
        join(root, '*/var/lib/postgresql/15/*/postmaster.pid'),
      ])) {
        const pid = Number((await readFile(file, 'utf8')).split('\n')[0]);
        if (pid > 1 && endOne(pid)) await ended(pid);
      }
    },
  };
}

async function replaceEach(
  text: string,
  pattern: RegExp,
  by: (match: RegExpExecArray) => Promise<string>,
): Promise<string> {
  let done = '';
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    done += text.slice(from, match.index) + (await by(match));
    from = match.index + match[0].length;
  }
  return done + text.slice(from);
}

async function collect(command: string, args: string[], env: NodeJS.ProcessEnv, cwd: string): Promise<Ran> {
  const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const [code]: unknown[] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : null, said };
}

function endOne(pid: number): boolean {
  try {
    process.kill(pid, 'SIGINT');
    return true;
  } catch {
    return false;
  }
}

async function ended(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}
