import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Person } from './types.ts';

/** Asks at the terminal; undefined where there is none. Ctrl-C and the end of input abort `signal`'s own way. */
export function personAtTerminal(signal: AbortSignal): Person | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return {
    async ask(question, how) {
      process.stderr.write(question);
      // What is typed is not shown, or shown by the terminal itself.
      const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
      const secret = how?.secret === true;
      const line = createInterface({
        input: process.stdin,
        output: secret ? silent : process.stderr,
        terminal: secret,
      });
      line.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
      try {
        return (await line.question('', { signal })).trim();
      } finally {
        line.close();
        if (secret) process.stderr.write('\n');
      }
    },
  };
}
