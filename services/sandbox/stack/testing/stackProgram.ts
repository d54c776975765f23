import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { repositoryDir } from '../paths.ts';

const readySchema = z.object({
  stateDir: z.string(),
  env: z.record(z.string(), z.string()),
  owner: z.object({ user: z.string(), password: z.string() }),
  ports: z.object({ primary: z.number(), replica: z.number(), nats: z.number(), websocket: z.number() }),
  pids: z.object({ primary: z.number(), replica: z.number(), nats: z.number() }),
});
export type ReadyStack = z.infer<typeof readySchema>;

/** `npm run stack -- --json` as a process of its own, so that it can be killed and run as somebody else. */
export interface StackProgram {
  readonly pid: number;
  /** Rejects with what it said on standard error when it ends before it is ready. */
  readonly ready: Promise<ReadyStack>;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** Resolves when standard error has held `text`. */
  readonly said: (text: string) => Promise<void>;
  readonly stderr: () => string;
}

export function startStackProgram(options: {
  readonly stateDir: string;
  readonly account?: { readonly uid: number; readonly gid: number };
}): StackProgram {
  const entry = join(repositoryDir, 'services/sandbox/stack/main.ts');
  const child = spawn(process.execPath, [entry, '--json', '--state-dir', options.stateDir], {
    cwd: repositoryDir,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options.account,
  });
  let errors = '';
  const waiting = new Set<{ text: string; resolve: () => void }>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
    for (const wait of waiting) if (errors.includes(wait.text)) wait.resolve();
  });
  const exited = once(child, 'exit').then(() => ({ code: child.exitCode, signal: child.signalCode }));
  const ready = new Promise<ReadyStack>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(readySchema.parse(JSON.parse(line))));
    child.once('close', () => reject(new Error(`the stack ended before it was ready:\n${errors}`)));
  });
  // A test that kills it early does not wait for it.
  ready.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    ready,
    exited,
    said: (text) =>
      new Promise((resolve) => {
        if (errors.includes(text)) resolve();
        else waiting.add({ text, resolve });
      }),
    stderr: () => errors,
  };
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
