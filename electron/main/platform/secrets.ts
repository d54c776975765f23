import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { makeSessionSecrets, type SecretStore } from '../../../services/bridge/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';

/** The part of Electron's safeStorage that is used. Its asynchronous half is missing in old versions. */
export interface Encryption {
  isAsyncEncryptionAvailable?(): Promise<boolean>;
  encryptStringAsync?(text: string): Promise<Buffer>;
  decryptStringAsync?(bytes: Buffer): Promise<{ readonly result: string }>;
  getSelectedStorageBackend?(): string;
}

const fileSchema = z.record(z.string(), z.string());

/**
 * Keys and passwords, each encrypted with the system's own store (keychain, DPAPI, secret service) in one file. Where the
 * system offers none they are known until the app ends and written nowhere: `basic_text` only looks like encryption.
 */
export async function openSecrets(options: {
  readonly file: string;
  readonly encryption: Encryption;
  readonly platform: string;
  readonly logger: Logger;
}): Promise<SecretStore> {
  const { file, encryption, logger } = options;
  const isPlain = options.platform === 'linux' && encryption.getSelectedStorageBackend?.() === 'basic_text';
  const isAvailable = !isPlain && (await encryption.isAsyncEncryptionAvailable?.()) === true;
  if (!isAvailable || !isAsync(encryption)) {
    logger.info('this system keeps no secrets for SPARK; a key that is entered is known until SPARK ends');
    return makeSessionSecrets();
  }
  const encrypted = new Map(Object.entries(read(file, logger)));
  const plain = new Map<string, string>();
  for (const [name, text] of encrypted) {
    try {
      plain.set(name, (await encryption.decryptStringAsync(Buffer.from(text, 'base64'))).result);
    } catch (error) {
      logger.warn({ err: error, name }, 'a secret cannot be read with this system’s store; it has to be entered again');
    }
  }
  return {
    kind: 'kept',
    get: (name) => plain.get(name),
    async set(name, value) {
      if (value === null) {
        plain.delete(name);
        encrypted.delete(name);
      } else {
        const bytes = await encryption.encryptStringAsync(value);
        plain.set(name, value);
        encrypted.set(name, bytes.toString('base64'));
      }
      write(file, Object.fromEntries(encrypted));
    },
    async clear() {
      plain.clear();
      encrypted.clear();
      rmSync(file, { force: true });
    },
  };
}

const isAsync = (
  encryption: Encryption,
): encryption is Encryption & Required<Pick<Encryption, 'encryptStringAsync' | 'decryptStringAsync'>> =>
  'encryptStringAsync' in encryption && 'decryptStringAsync' in encryption;

function read(file: string, logger: Logger): Readonly<Record<string, string>> {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
      logger.warn({ err: error }, 'the file of secrets is not readable; keys have to be entered again');
    }
    return {};
  }
}

function write(file: string, values: Readonly<Record<string, string>>): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(values), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
