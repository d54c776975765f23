import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { ordinaryAccount } from './ordinaryUser.ts';

export interface Keyring {
  /** What a program needs to find it. */
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

/**
 * A session bus with GNOME's keyring on it, unlocked, of the user that the app runs as; what it keeps lies below `home`.
 * Says what is missing where the machine has none.
 */
export async function openKeyring(home: string): Promise<Keyring | { readonly missing: string }> {
  if (process.platform !== 'linux') return { missing: 'the keyring of this test is that of Linux' };
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, XDG_RUNTIME_DIR: home };
  const options: SpawnOptions = { env, cwd: home, ...ordinaryAccount() };
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address=1'], { ...options, stdio: 'pipe' });
  const address = await firstLine(bus);
  if (address === undefined) return { missing: 'There is no dbus-daemon (Debian: apt install dbus).' };
  const found = { DBUS_SESSION_BUS_ADDRESS: address };
  const keyring = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
    ...options,
    env: { ...env, ...found },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const close = async (): Promise<void> => {
    await end(keyring);
    await end(bus);
  };
  let gone = false;
  for (const event of ['error', 'exit']) keyring.once(event, () => (gone = true));
  keyring.stdin?.on('error', () => undefined);
  // The password of its first keyring, which it makes with it.
  keyring.stdin?.end('only for this test\n');
  const isOpen = (): boolean =>
    existsSync(join(home, '.local/share/keyrings/login.keyring')) &&
    spawnSync('dbus-send', askOwner, { ...ordinaryAccount(), env: { ...env, ...found } }).status === 0;
  for (const limit = Date.now() + 60_000; !isOpen(); await setTimeout(100)) {
    if (!gone && Date.now() < limit) continue;
    await close();
    return { missing: 'There is no gnome-keyring-daemon that opens (Debian: apt install gnome-keyring dbus).' };
  }
  return { env: found, close };
}

/** Succeeds when somebody keeps secrets on the bus. */
const askOwner = [
  '--session',
  '--print-reply',
  '--dest=org.freedesktop.DBus',
  '/',
  'org.freedesktop.DBus.GetNameOwner',
  'string:org.freedesktop.secrets',
];

/** Undefined when the program is not there, or ends before it has said anything. */
async function firstLine(child: ChildProcess): Promise<string | undefined> {
  const { stdout } = child;
  return await new Promise((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('exit', () => resolve(undefined));
    if (stdout !== null) createInterface(stdout).once('line', resolve);
  });
}

async function end(child: ChildProcess): Promise<void> {
  // One that was never there has no id.
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}
