import { createRequire } from 'node:module';

/*
 * The asynchronous half of safeStorage, which that Electron does not have yet, over the half that it has: the same store of
 * the system. Only in main: other processes of the app have no safeStorage.
 */
interface SafeStorage {
  isEncryptionAvailable(): boolean;
  encryptString(text: string): Buffer;
  decryptString(bytes: Buffer): string;
  isAsyncEncryptionAvailable?: () => Promise<boolean>;
  encryptStringAsync?: (text: string) => Promise<Buffer>;
  decryptStringAsync?: (bytes: Buffer) => Promise<{ result: string; shouldReEncrypt: boolean }>;
}

const isMain = (process as { readonly type?: string }).type === 'browser';
const electron = isMain ? (createRequire(__filename)('electron') as { safeStorage: SafeStorage }) : undefined;
const safeStorage = electron?.safeStorage;
if (safeStorage !== undefined) {
  safeStorage.isAsyncEncryptionAvailable ??= async () => safeStorage.isEncryptionAvailable();
  safeStorage.encryptStringAsync ??= async (text) => safeStorage.encryptString(text);
  safeStorage.decryptStringAsync ??= async (bytes) => ({
    result: safeStorage.decryptString(bytes),
    shouldReEncrypt: false,
  });
}
