import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { toolEnvironment } from '../../../services/sandbox/stack/environment.ts';
import { units } from '../units.ts';

/** What a command said on both outputs, and how it ended. */
export interface Done {
  readonly code: number | null;
  readonly said: string;
}

export interface RunningCommand {
  readonly output: () => string;
  readonly ended: Promise<number | null>;
  /** SIGTERM, and the end awaited. */
  readonly stop: () => Promise<void>;
}

export interface RunningService extends RunningCommand {
  readonly metrics: () => Promise<string>;
}

interface How {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
  /** A user of this machine; root when absent. */
  readonly as?: string;
}

export type Installed = ReturnType<typeof makeInstalled>;

/** The installed programs, as a person or as systemd starts them; `folder` may be read by everybody. */
export function makeInstalled(folder: string) {
  const running = new Set<RunningCommand>();

  function start(command: string, args: readonly string[], how: How = {}): RunningCommand {
    const child = spawn(command, [...args], {
      env: { ...toolEnvironment(), ...how.env },
      cwd: how.cwd ?? '/',
      ...(how.as === undefined ? {} : account(how.as)),
    });
    const output = collect(child);
    child.stdin.on('error', () => undefined);
    child.stdin.end(how.input ?? '');
    const ended = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null));
    const command_: RunningCommand = {
      output,
      ended,
      async stop() {
        running.delete(command_);
        child.kill('SIGTERM');
        await ended;
      },
    };
    running.add(command_);
    return command_;
  }

  return {
    start,
    account,
    freePort,
    run(command: string, args: readonly string[], how: How = {}): Done {
      const done = spawnSync(command, [...args], {
        encoding: 'utf8',
        env: { ...toolEnvironment(), ...how.env },
        cwd: how.cwd ?? '/',
        timeout: 120_000,
        ...(how.as === undefined ? {} : account(how.as)),
      });
      return { code: done.status, said: `${done.stdout}${done.stderr}` };
    },
    giveTo: (file: string, user: string) => chown(file, 0, account(user).gid),
    /** As the unit says: its user, its command, the configuration files in their order. Resolves when it is ready. */
    async startService(files: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<RunningService> {
      const unit = units['spark-nats-consumer.service'] ?? '';
      const [command = '', ...args] = valueOf(unit, 'ExecStart').split(' ');
      const service = start(command, args, {
        as: valueOf(unit, 'User'),
        env: { SPARK_ENV_FILE: files.join(':'), ...env },
      });
      const ready = await Promise.race([
        waitFor(() => /"ready":true,"metrics":"([^"]+)"/.exec(service.output())?.[1]),
        service.ended,
      ]);
      if (typeof ready !== 'string') throw new Error(`The service ended (${ready}):\n${service.output()}`);
      return { ...service, metrics: async () => (await fetch(`${ready}/metrics`)).text() };
    },
    /** A datagram socket as systemd has it, which Node cannot make; undefined where the tools for it are missing. */
    async notifySocket() {
      const tools = ['python3', 'systemd-notify'].map((name) => spawnSync(name, ['--version']));
      if (tools.some(({ error }) => error !== undefined)) return undefined;
      const path = join(await mkdtemp(join(folder, 'notify-')), 'socket');
      const listener = start('python3', ['-u', '-c', listen, path]);
      await waitFor(() => (listener.output().includes('listening') ? true : undefined));
      return { path, heard: listener.output, close: listener.stop };
    },
    async stopAll() {
      for (const each of running) await each.stop();
    },
  };
}

const listen = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o777)
os.chmod(os.path.dirname(sys.argv[1]), 0o755)
print('listening')
while True:
    # A barrier (BARRIER=1) comes with a descriptor that is closed when it was heard.
    data, fds, _, _ = socket.recv_fds(s, 65536, 8)
    for fd in fds: os.close(fd)
    print(data.decode())
`;

const valueOf = (unit: string, key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

function account(name: string): { readonly uid: number; readonly gid: number } {
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout));
  if (uid === undefined || gid === undefined || !(uid > 0)) throw new Error(`There is no user ${name}.`);
  return { uid, gid };
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
  return () => text;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function waitFor<T>(look: () => T | undefined): Promise<T | undefined> {
  const limit = Date.now() + 60_000;
  for (;;) {
    const found = look();
    if (found !== undefined || Date.now() > limit) return found;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}
