import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks at the terminal without showing what is typed; undefined without a terminal, or for an empty answer. */
export async function askPassword(role: string, complaint?: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  if (complaint !== undefined) process.stderr.write(`It ${complaint}.\n`);
  process.stderr.write(`Password of ${role} (empty: leave it without login): `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    const answer = await prompt.question('');
    return answer === '' ? undefined : answer;
  } finally {
    prompt.close();
    process.stderr.write('\n');
  }
}
