import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { readEnvironment } from '../../../shared/node/config/index.ts';

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const passedOn = /^(PATH|HOME|TMPDIR|JAVA_HOME|((PIP|MAVEN|SSL)[A-Z_]*)|[A-Z]+_PROXY)$/i;

/** For an engine and its tools: the system's variables and those of the tools, none of SPARK's own secrets. */
export function engineEnvironment(over: Readonly<Record<string, string>> = {}): Record<string, string> {
  const env: Record<string, string> = { LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  for (const [name, value] of Object.entries(readEnvironment()))
    if (value !== undefined && passedOn.test(name)) env[name] = value;
  return { ...env, ...over };
}

/** A program that runs on, in a group of its own, which does not outlive ours: also not when we are killed. */
export interface EngineProcess {
  readonly name: string;
  readonly pid: () => number | undefined;
  /** Resolves when it has ended, by itself or not, with how. */
  readonly ended: Promise<string>;
  /** Empty where there is no log. */
  readonly logTail: () => string;
  /** The whole group: SIGTERM, SIGKILL after 10 s. */
  readonly stop: () => Promise<void>;
  /** SIGKILL of the whole group. */
  readonly kill: () => Promise<void>;
}

/**
 * The program takes the shell's place, and a second shell of its group waits for the end of a pipe from us: nothing is
 * ever written to it, so that it ends with us, however we end. Its group's id cannot be given to another one meanwhile.
 */
const groupScript = `
(trap '' HUP INT TERM; read -r _ <&3; kill -s KILL -- -$$) &
exec "$@" 3<&-
`;

/** Its output goes to `logFile`, or where ours goes when that is not given. Not for Windows. */
export function startProcess(given: Command & { readonly name: string; readonly logFile?: string }): EngineProcess {
  const { logFile } = given;
  const log = logFile === undefined ? 'inherit' : openSync(logFile, 'a', 0o600);
  const stdio: StdioOptions = ['ignore', log, log, 'pipe'];
  const child = spawn('/bin/sh', ['-c', groupScript, 'spark-engine', given.command, ...given.args], {
    cwd: given.cwd,
    env: given.env,
    stdio,
    detached: true,
  });
  if (log !== 'inherit') closeSync(log);
  let isRunning = true;
  const ended = new Promise<string>((resolve) => {
    const finish = (how: string): void => {
      isRunning = false;
      // What it started, and the shell that waits.
      endGroup(child, 'SIGKILL');
      resolve(how);
    };
    child.once('error', (error) => finish(error.message));
    child.once('exit', (code, by) => finish(by === null ? `exit code ${code}` : `ended by ${by}`));
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!isRunning) return;
    endGroup(child, signal);
    const force = setTimeout(() => endGroup(child, 'SIGKILL'), 10_000);
    await ended;
    clearTimeout(force);
  };
  return {
    name: given.name,
    pid: () => (isRunning ? child.pid : undefined),
    ended,
    logTail: () =>
      logFile === undefined ? '' : readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n'),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** Nothing happens when none of the group is left. */
export function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // It ended between the look at it and the signal.
  }
}
