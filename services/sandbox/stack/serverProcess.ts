import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { AppError } from '../../../shared/errors/index.ts';
import { waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { Children } from './children.ts';

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** One server of the stack. It keeps its port over `kill` and `start`, so that clients find it again. */
export interface ServerPart {
  readonly name: string;
  /** Process id while it runs. */
  pid(): number | undefined;
  /** Starts it and resolves when it takes connections; does nothing when it runs. Throws `stack_failed`. */
  start(signal?: AbortSignal): Promise<void>;
  /** Orderly shutdown, forced after `deadlineMs`. */
  stop(deadlineMs?: number): Promise<void>;
  /** SIGKILL, for fault tests; resolves when the process is gone. */
  kill(): Promise<void>;
}

export interface ServerSpec {
  readonly name: string;
  readonly children: Children;
  readonly logFile: string;
  readonly stopSignal: 'SIGINT' | 'SIGTERM';
  readonly startTimeoutMs: number;
  /** Called before every start; it may clean up after a crash. */
  readonly prepare: () => Promise<Launch>;
  readonly isReady: (pid: number) => Promise<boolean>;
  /** Whether a start that ended with this log can succeed a moment later. */
  readonly isPassing?: (log: string) => boolean;
}

const pollMs = 20;

export function makeServerPart(spec: ServerSpec): ServerPart {
  let child: ChildProcess | undefined;
  let exited: Promise<void> = Promise.resolve();

  const launch = async (): Promise<void> => {
    const { command, args, env, cwd, uid, gid } = await spec.prepare();
    const log = openSync(spec.logFile, 'a', 0o600);
    try {
      const started = spec.children.spawn(spec.name, command, args, {
        env,
        cwd,
        stdio: ['ignore', log, log],
        ...(uid === undefined ? {} : { uid }),
        ...(gid === undefined ? {} : { gid }),
      });
      exited = new Promise((resolve) => {
        const finish = (): void => {
          if (child === started) child = undefined;
          resolve();
        };
        started.once('exit', finish);
        started.once('error', finish);
      });
      child = started;
    } finally {
      closeSync(log);
    }
  };

  const end = async (signal: NodeJS.Signals, deadlineMs: number): Promise<void> => {
    if (child === undefined) return;
    child.kill(signal);
    const force = setTimeout(() => child?.kill('SIGKILL'), deadlineMs);
    await exited;
    clearTimeout(force);
  };

  /** Starts it once: whether it takes connections, ended by itself, or is still not ready at the deadline. */
  const attempt = async (deadline: number, signal: AbortSignal | undefined): Promise<'ready' | 'ended' | 'late'> => {
    await launch();
    for (;;) {
      const pid = child?.pid;
      if (pid === undefined) return 'ended';
      if (await spec.isReady(pid)) return 'ready';
      if (Date.now() > deadline || signal?.aborted === true) return 'late';
      await waitMs(pollMs, signal);
    }
  };

  return {
    name: spec.name,
    pid: () => child?.pid,
    async start(signal) {
      if (child !== undefined) return;
      const deadline = Date.now() + spec.startTimeoutMs;
      for (;;) {
        signal?.throwIfAborted();
        const logStart = logSize(spec.logFile);
        const outcome = await attempt(deadline, signal);
        if (outcome === 'ready') return;
        await end('SIGKILL', 1_000);
        const log = logTail(spec.logFile, logStart);
        if (outcome === 'ended' && Date.now() < deadline && spec.isPassing?.(log) === true) continue;
        signal?.throwIfAborted();
        throw startFailure(spec, outcome, log);
      }
    },
    stop: (deadlineMs = 8_000) => end(spec.stopSignal, deadlineMs),
    kill: () => end('SIGKILL', 1_000),
  };
}

function startFailure(spec: ServerSpec, outcome: 'ended' | 'late', log: string): AppError {
  const what =
    outcome === 'ended' ? 'ended while starting' : `took no connections within ${spec.startTimeoutMs / 1_000} s`;
  return new AppError(
    'stack_failed',
    `${spec.name} ${what}. What it had stored is kept. Its log, ${spec.logFile}, ends with:\n${log}`,
    { data: { part: spec.name, logFile: spec.logFile } },
  );
}

/** Length of a log in characters, to read later what was written after this moment. */
export const logSize = (file: string): number => readLog(file).length;

const readLog = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** The last lines of what was written after `from`. */
export const logTail = (file: string, from = 0, lines = 15): string =>
  readLog(file).slice(from).trimEnd().split('\n').slice(-lines).join('\n');
