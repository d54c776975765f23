import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { AppError } from '../../../../shared/errors/index.ts';
import { readEnvironment } from '../../../../shared/node/config/index.ts';

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const passedOn = /^(PATH|HOME|TMPDIR|JAVA_HOME|((PIP|MAVEN|SSL)[A-Z_]*)|[A-Z]+_PROXY)$/i;

/** For the engine and its tools: the system's variables and those of the tools, none of SPARK's own secrets. */
export function engineEnvironment(over: Readonly<Record<string, string>> = {}): Record<string, string> {
  const env: Record<string, string> = { LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  for (const [name, value] of Object.entries(readEnvironment()))
    if (value !== undefined && passedOn.test(name)) env[name] = value;
  return { ...env, ...over };
}

/**
 * Runs a program to its end and returns what it said. Rejects with `flink_failed` and its last lines when it fails or is
 * not there, and with the signal's reason when that aborts; its group is ended then.
 */
export async function runToEnd(
  given: Command & { readonly name: string; readonly signal: AbortSignal },
): Promise<string> {
  const { name, signal } = given;
  signal.throwIfAborted();
  const child = spawn(given.command, given.args, {
    cwd: given.cwd,
    env: given.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const end = (): void => endGroup(child, 'SIGKILL');
  signal.addEventListener('abort', end, { once: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const outcome = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, by) => resolve(code ?? `ended by ${by}`));
  });
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
  if (outcome === 0) return output;
  const tail = output.trim().split('\n').slice(-15).join('\n');
  throw new AppError('flink_failed', `${name} failed (${outcome}):\n${tail}`);
}

/** A program that runs on, in a group of its own; its output goes to a log. */
export interface EngineProcess {
  readonly name: string;
  readonly pid: () => number | undefined;
  /** Resolves when it has ended, by itself or not, with how. */
  readonly ended: Promise<string>;
  readonly logTail: () => string;
  /** The whole group: SIGTERM, SIGKILL after 10 s. */
  readonly stop: () => Promise<void>;
  /** SIGKILL of the whole group. */
  readonly kill: () => Promise<void>;
}

export function startProcess(given: Command & { readonly name: string; readonly logFile: string }): EngineProcess {
  const log = openSync(given.logFile, 'a', 0o600);
  const child = spawn(given.command, given.args, {
    cwd: given.cwd,
    env: given.env,
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  let isRunning = true;
  const ended = new Promise<string>((resolve) => {
    const finish = (how: string): void => {
      isRunning = false;
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
    logTail: () => readFileSync(given.logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n'),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // It ended between the look at it and the signal.
  }
}
