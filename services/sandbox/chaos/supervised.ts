import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Children } from '../stack/children.ts';
import { repositoryDir } from '../stack/paths.ts';

/** One of our programs, kept running as a service manager would; a fault takes it away for as long as it lasts. */
export interface Supervised {
  readonly name: string;
  readonly logFile: string;
  readonly pid: () => number | undefined;
  /** Does nothing when it runs. It is started again whenever it ends by itself. */
  readonly start: () => void;
  /** SIGKILL; it stays away until `start`. */
  readonly kill: () => Promise<void>;
  /** SIGTERM, then SIGKILL after `deadlineMs`; it stays away until `start`. Resolves with whether it went by itself. */
  readonly stop: (deadlineMs?: number) => Promise<boolean>;
  /** Stops and continues it without its knowing. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly write: (line: string) => void;
}

const restartMs = 300;

export function supervise(spec: {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly children: Children;
  readonly logDir: string;
  readonly onLine?: (line: string) => void;
  /** It ended although nobody asked it to. */
  readonly onSurprise: (what: string) => void;
}): Supervised {
  const logFile = join(spec.logDir, `${spec.name}.log`);
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  let wanted = false;

  function launch(): void {
    const log = openSync(logFile, 'a', 0o600);
    const started = spec.children.spawn(spec.name, process.execPath, spec.args, {
      cwd: repositoryDir,
      env: spec.env,
      stdio: ['pipe', 'pipe', log],
    });
    closeSync(log);
    child = started;
    started.stdin?.on('error', () => undefined);
    if (started.stdout !== null) {
      createInterface({ input: started.stdout }).on('line', (line) => spec.onLine?.(line));
    }
    ended = new Promise((resolve) => {
      const finish = (how: string): void => {
        if (child === started) child = undefined;
        if (wanted) {
          spec.onSurprise(`${spec.name} ended by itself: ${how}`);
          setTimeout(() => {
            if (wanted && child === undefined) launch();
          }, restartMs);
        }
        resolve();
      };
      started.once('error', (error) => finish(error.message));
      started.once('exit', (code, signal) => finish(signal ?? `exit code ${code}`));
    });
  }
  const signal = (name: NodeJS.Signals): void => void child?.kill(name);

  return {
    name: spec.name,
    logFile,
    pid: () => child?.pid,
    start() {
      wanted = true;
      if (child === undefined) launch();
    },
    async kill() {
      wanted = false;
      signal('SIGKILL');
      await ended;
    },
    async stop(deadlineMs = 30_000) {
      wanted = false;
      signal('SIGTERM');
      let forced = false;
      const force = setTimeout(() => {
        forced = true;
        signal('SIGKILL');
      }, deadlineMs);
      await ended;
      clearTimeout(force);
      return !forced;
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    write: (line) => void child?.stdin?.write(`${line}\n`),
  };
}
