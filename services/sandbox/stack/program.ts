import type { ChildProcess } from 'node:child_process';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { AppError } from '../../../shared/errors/index.ts';
import type { Children } from './children.ts';
import { repositoryDir } from './paths.ts';
import { logSize, logTail } from './serverProcess.ts';

/** What a program says on standard output when it listens: `{"ready":true, …}` and facts of its own. */
export type ReadyLine = Readonly<Record<string, unknown>>;

export interface ProgramSpec {
  readonly name: string;
  /** Arguments of Node: the entry, then the program's own. */
  readonly args: readonly string[];
  /** Arguments added on a restart, so that addresses stay what they were. */
  readonly restartArgs?: (ready: ReadyLine) => readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly children: Children;
  readonly logDir: string;
  /** How long the ready line may take; undefined when the program says none and runs from the start. */
  readonly readyTimeoutMs?: number;
}

/** One of our own programs, as a process on the repository's Node. */
export interface RunningProgram {
  readonly name: string;
  readonly logFile: string;
  /** Its first ready line; empty when it says none. */
  readonly ready: ReadyLine;
  pid(): number | undefined;
  /** Resolves when the process that runs now has ended, with what to say about it. */
  exited(): Promise<string>;
  /** SIGTERM, then SIGKILL after `deadlineMs`. */
  stop(deadlineMs?: number): Promise<void>;
  /** SIGKILL, for fault tests. */
  kill(): Promise<void>;
  /** Starts it again on the same address, ending it first when it runs. Throws `stack_failed`. */
  restart(): Promise<void>;
}

/** Starts a program and waits for its ready line. Throws `stack_failed` with the end of its log. */
export async function spawnProgram(spec: ProgramSpec, signal: AbortSignal): Promise<RunningProgram> {
  const logFile = join(spec.logDir, `${spec.name}.log`);
  let child: ChildProcess | undefined;
  let ended: Promise<string> = Promise.resolve('not started');

  const launch = (args: readonly string[]): ChildProcess => {
    const log = openSync(logFile, 'a', 0o600);
    const started = spec.children.spawn(spec.name, process.execPath, args, {
      cwd: repositoryDir,
      env: spec.env,
      stdio: ['ignore', 'pipe', log],
    });
    closeSync(log);
    ended = new Promise((resolve) => {
      const finish = (why: string): void => {
        if (child === started) child = undefined;
        resolve(why);
      };
      started.once('error', (error) => finish(error.message));
      started.once('exit', (code, by) => finish(by === null ? `exit code ${code}` : `ended by ${by}`));
    });
    child = started;
    return started;
  };

  const start = async (args: readonly string[]): Promise<ReadyLine> => {
    signal.throwIfAborted();
    const logStart = logSize(logFile);
    const readiness = readyLineOf(launch(args), logFile);
    if (spec.readyTimeoutMs === undefined) return {};
    const stop = AbortSignal.any([signal, AbortSignal.timeout(spec.readyTimeoutMs)]);
    const outcome = await Promise.race([readiness, ended, aborted(stop)]);
    if (typeof outcome === 'object') return outcome;
    await end('SIGKILL', 1_000);
    signal.throwIfAborted();
    const why = outcome ?? `was not ready within ${spec.readyTimeoutMs / 1_000} s`;
    throw new AppError(
      'stack_failed',
      `${spec.name} did not start: ${why}. Its log, ${logFile}, ends with:\n${readable(logTail(logFile, logStart))}`,
      { data: { program: spec.name, logFile } },
    );
  };

  const end = async (first: NodeJS.Signals, deadlineMs: number): Promise<void> => {
    if (child === undefined) return;
    child.kill(first);
    const force = setTimeout(() => child?.kill('SIGKILL'), deadlineMs);
    await ended;
    clearTimeout(force);
  };

  const ready = await start(spec.args);
  return {
    name: spec.name,
    logFile,
    ready,
    pid: () => child?.pid,
    exited: () => ended,
    stop: (deadlineMs = 8_000) => end('SIGTERM', deadlineMs),
    kill: () => end('SIGKILL', 1_000),
    async restart() {
      await end('SIGTERM', 8_000);
      await start([...spec.args, ...(spec.restartArgs?.(ready) ?? [])]);
    },
  };
}

const readySchema = z.looseObject({ ready: z.literal(true) });

const logLine = z.looseObject({
  level: z.number(),
  msg: z.string(),
  err: z.looseObject({ message: z.string() }).optional(),
});
const warning = 40;

/** The end of a log for a person: warnings and errors in words; all of it when there are none. */
function readable(log: string): string {
  const lines = log.split('\n').map((line) => ({ line, parsed: logLine.safeParse(jsonOf(line)).data }));
  const said = lines
    .filter(({ parsed }) => parsed === undefined || parsed.level >= warning)
    .map(({ line, parsed }) => (parsed === undefined ? line : wordsOf(parsed)));
  return said.length === 0 ? log : said.join('\n');
}

const wordsOf = ({ msg, err }: z.infer<typeof logLine>): string =>
  err === undefined || msg.includes(err.message) ? msg : `${msg}: ${err.message}`;

/** Resolves with the ready line; every other line of standard output goes to the log. Reads on for ever. */
function readyLineOf(child: ChildProcess, logFile: string): Promise<ReadyLine> {
  return new Promise((resolve) => {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const parsed = readySchema.safeParse(jsonOf(line));
      if (parsed.success) resolve(parsed.data);
      else keepLine(logFile, line);
    });
  });
}

/** At once, so that nothing is written any more when the folder is removed after the program's end. */
function keepLine(logFile: string, line: string): void {
  try {
    appendFileSync(logFile, `${line}\n`);
  } catch {
    // The folder is gone, or the disk is full: a program does not end for its log.
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
