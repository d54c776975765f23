import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { startUpdates, type Updater } from './updates.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });
let busy: string | null;
let answers: boolean[];
let did: string[];

class Feed extends EventEmitter implements Updater {
  autoDownload = false;
  autoInstallOnAppQuit = true;
  looks = 0;
  checkForUpdates(): Promise<unknown> {
    this.looks += 1;
    return Promise.reject(new Error('the server is away'));
  }
  quitAndInstall(): void {
    did.push('install');
  }
}
function start() {
  const updater = new Feed();
  const updates = startUpdates({
    updater,
    whyBusy: () => busy,
    ask: async (version) => {
      did.push(`ask ${version}`);
      return answers.shift() ?? false;
    },
    release: async () => void did.push('release'),
    logger,
  });
  return { updater, updates };
}
beforeEach(() => {
  vi.useFakeTimers();
  [busy, answers, did] = [null, [], []];
});
afterEach(() => void vi.useRealTimers());
const minutes = (count: number): Promise<unknown> => vi.advanceTimersByTimeAsync(count * 60_000);

test('what was fetched is asked about, and installed after everything was released', async () => {
  answers = [true];
  start().updater.emit('update-downloaded', { version: '1.1.0' });
  await minutes(0);
  expect(did).toEqual(['ask 1.1.0', 'release', 'install']);
});

test('nothing is asked while a build runs; the question comes when it has ended', async () => {
  busy = 'a build for Android runs';
  answers = [true];
  start().updater.emit('update-downloaded', { version: '1.1.0' });
  await minutes(10);
  expect(did).toEqual([]);
  busy = null;
  await minutes(1);
  expect(did).toEqual(['ask 1.1.0', 'release', 'install']);
});

test('a write that became unsettled while the question stood holds the restart up', async () => {
  const { updater } = start();
  answers = [true];
  updater.emit('update-downloaded', { version: '1.1.0' });
  busy = 'the outcome of a write is not known yet';
  await minutes(5);
  expect(did).toEqual(['ask 1.1.0']);
  busy = null;
  await minutes(1);
  expect(did).toEqual(['ask 1.1.0', 'release', 'install']);
});

test('who says later is asked again a day after, and quitting installs nothing', async () => {
  const { updater } = start();
  updater.emit('update-downloaded', { version: '1.1.0' });
  await minutes(60);
  updater.emit('update-downloaded', { version: '1.1.0' });
  await minutes(60);
  expect(did).toEqual(['ask 1.1.0']);
  expect(updater.autoInstallOnAppQuit).toBe(false);
  await minutes(23 * 60);
  expect(did).toEqual(['ask 1.1.0', 'ask 1.1.0']);
});

test('it looks again every six hours, also when the server was away, and not after the end', async () => {
  const { updater, updates } = start();
  expect(updater.looks).toBe(1);
  await minutes(12 * 60 + 1);
  expect(updater.looks).toBe(3);
  updates.stop();
  await minutes(24 * 60);
  expect(updater.looks).toBe(3);
});
