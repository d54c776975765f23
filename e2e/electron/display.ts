import { spawn } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';

export interface Display {
  /** What `DISPLAY` is to be; undefined where the system needs none. */
  readonly name: string | undefined;
  close(): void;
}

/** The display to open windows on: the present one, else an Xvfb of its own on a number that is free. */
export async function openDisplay(): Promise<Display | { readonly missing: string }> {
  const present = process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'];
  if (process.platform !== 'linux' || present !== undefined) {
    return { name: process.env['DISPLAY'], close: () => undefined };
  }
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise<string | undefined>((resolve) => {
    server.once('error', () => resolve(undefined));
    server.once('exit', () => resolve(undefined));
    const output = server.stdio[3];
    if (output !== null && output !== undefined && 'read' in output) createInterface(output).once('line', resolve);
  });
  if (number === undefined)
    return { missing: 'There is no display, and no Xvfb to make one (Debian: apt install xvfb).' };
  return { name: `:${number}`, close: () => void server.kill() };
}
