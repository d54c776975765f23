import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { openSecrets, type Encryption } from './secrets.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spark-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Turns every byte around: enough to see that plain text is not what is written. */
const turned = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0xff));
const encryption: Required<Encryption> = {
  isAsyncEncryptionAvailable: async () => true,
  encryptStringAsync: async (text) => turned(Buffer.from(text)),
  decryptStringAsync: async (bytes) => ({ result: turned(bytes).toString() }),
  getSelectedStorageBackend: () => 'gnome_libsecret',
};
const open = (more: Partial<Encryption> = {}) =>
  openSecrets({
    file: join(folder, 'secrets.json'),
    encryption: { ...encryption, ...more },
    platform: 'linux',
    logger,
  });

test('a secret is there after a restart and is never written as it is', async () => {
  await (await open()).set('OPENAI_REALTIME_API_KEY', 'sk-hunter2');
  expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).not.toContain('hunter2');
  const again = await open();
  expect([again.kind, again.get('OPENAI_REALTIME_API_KEY')]).toEqual(['kept', 'sk-hunter2']);
  await again.set('OPENAI_REALTIME_API_KEY', null);
  expect((await open()).get('OPENAI_REALTIME_API_KEY')).toBeUndefined();
});

test.each([
  ['offers no encryption', { isAsyncEncryptionAvailable: async () => false }],
  ['would keep plain text', { getSelectedStorageBackend: () => 'basic_text' }],
])('a system that %s keeps a secret until the app ends only', async (_what, more) => {
  const secrets = await open(more);
  await secrets.set('ANTHROPIC_API_KEY', 'sk-hunter2');
  expect([secrets.kind, secrets.get('ANTHROPIC_API_KEY')]).toEqual(['session', 'sk-hunter2']);
  expect((await open(more)).get('ANTHROPIC_API_KEY')).toBeUndefined();
});

test('what another system encrypted, or a damaged file, counts as not entered', async () => {
  await (await open()).set('NATS_URL', 'nats://u:p@h');
  const foreign = await open({ decryptStringAsync: () => Promise.reject(new Error('other key')) });
  expect(foreign.get('NATS_URL')).toBeUndefined();
  writeFileSync(join(folder, 'secrets.json'), '{');
  expect((await open()).get('NATS_URL')).toBeUndefined();
});
