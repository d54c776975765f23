import { spawn, type ChildProcess } from 'node:child_process';
import process from 'node:process';
import { AppError } from '../../../shared/errors/index.ts';
import type { Children } from './children.ts';
import type { Launch } from './serverProcess.ts';

export interface ToolRun extends Launch {
  readonly name: string;
  readonly children?: Children;
  readonly input?: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Called with each line of standard error, for progress. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a program to its end and returns its standard output. Rejects with `stack_failed` and the last lines of its
 * output when it fails or is not there, and with the signal's reason when that aborts (the program is then killed).
 */
export async function runTool(run: ToolRun): Promise<string> {
  run.signal.throwIfAborted();
  const stop = AbortSignal.any([run.signal, AbortSignal.timeout(run.timeoutMs)]);
  const options = {
    env: run.env,
    cwd: run.cwd,
    ...(run.uid === undefined ? {} : { uid: run.uid }),
    ...(run.gid === undefined ? {} : { gid: run.gid }),
  };
  const child: ChildProcess =
    run.children?.spawn(run.name, run.command, run.args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] }) ??
    spawn(run.command, run.args, { ...options, stdio: 'pipe', detached: true });
  const kill = (): void => {
    // The whole session: initdb and pip start programs of their own.
    if (child.pid !== undefined) killGroup(child.pid, () => child.kill('SIGKILL'));
  };
  stop.addEventListener('abort', kill, { once: true });
  let output = '';
  let errors = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
    for (const line of text.split('\n')) if (line.trim() !== '') run.onLine?.(line.trim());
  });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(run.input ?? '');
  const problem = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('close', (code, signal) => {
      resolve(code === 0 ? undefined : signal === null ? `exit code ${code}` : `ended by ${signal}`);
    });
  });
  stop.removeEventListener('abort', kill);
  run.signal.throwIfAborted();
  if (problem === undefined) return output;
  const reason = stop.aborted ? `no end within ${run.timeoutMs / 1_000} s` : problem;
  const tail = `${errors}\n${output}`.trim().split('\n').slice(-8).join('\n');
  throw new AppError('stack_failed', `${run.name} failed (${reason})${tail === '' ? '' : `:\n${tail}`}`);
}

function killGroup(pid: number, otherwise: () => void): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    otherwise();
  }
}
