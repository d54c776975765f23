import { spawn } from 'node:child_process';
import { AppError, type ErrorCode } from '../../../../shared/errors/index.ts';
import { endGroup, type Command } from '../../engine/process.ts';

/**
 * Runs a program to its end and returns what it said. Rejects with `code` and its last lines when it fails or is not
 * there, and with the signal's reason when that aborts; its group is ended then.
 */
export async function runToEnd(
  given: Command & { readonly name: string; readonly signal: AbortSignal; readonly code?: ErrorCode },
): Promise<string> {
  const { name, signal, code: failure = 'flink_failed' } = given;
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
  throw new AppError(failure, `${name} failed (${outcome}):\n${tail}`);
}
