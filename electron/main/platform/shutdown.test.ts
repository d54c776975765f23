import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { makeLifecycle } from '../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { parseCommandLine } from './commandLine.ts';
import { quitInOrder } from './shutdown.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });

function quittable(deadlineMs: number) {
  const lifecycle = makeLifecycle({ logger, deadlineMs });
  const app = new EventEmitter();
  let prevented = 0;
  let armed = 0;
  const exited = new Promise<number>((resolve) => {
    quitInOrder({
      app: Object.assign(app, { exit: resolve }),
      lifecycle,
      logger,
      armForcedEnd: () => void (armed += 1),
    });
  });
  const quit = (): void => void app.emit('before-quit', { preventDefault: () => void (prevented += 1) });
  return { lifecycle, exited, quit, prevented: () => prevented, armed: () => armed };
}

test('the app ends after everything it opened was released, however often it is asked to', async () => {
  const { lifecycle, exited, quit, prevented, armed } = quittable(5_000);
  const released: string[] = [];
  lifecycle.own('first', async () => void released.push('first'));
  lifecycle.own('second', async () => void released.push('second'));
  quit();
  quit();
  expect(await exited).toBe(0);
  expect(released).toEqual(['second', 'first']);
  expect(prevented()).toBe(2);
  expect(armed()).toBe(1);
});

test('a resource that never lets go does not keep the app open', async () => {
  const { lifecycle, exited, quit } = quittable(50);
  lifecycle.own('stuck', () => new Promise(() => undefined));
  quit();
  expect(await exited).toBe(0);
});

test('help and version are answered; switches of Chromium are not ours', () => {
  expect(parseCommandLine(['.', '--help'])).toEqual({ kind: 'help' });
  expect(parseCommandLine(['--version'])).toEqual({ kind: 'version' });
  expect(parseCommandLine(['.', '--no-sandbox', '--remote-debugging-port=0'])).toEqual({
    kind: 'run',
    sandbox: false,
    link: undefined,
  });
  expect(parseCommandLine(['.', '--sandbox'])).toMatchObject({ kind: 'run', sandbox: true });
});
