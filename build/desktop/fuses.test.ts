import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { differingFuses, wantedFuses } from './fuses.ts';

const configurationOf = (file: string): Promise<string> => readFile(join(repositoryDir, file), 'utf8');

test('the release turns off every way to run other code with the program', async () => {
  expect(wantedFuses(await configurationOf('electron-builder.yml'))).toEqual({
    RunAsNode: false,
    EnableCookieEncryption: true,
    EnableNodeOptionsEnvironmentVariable: false,
    EnableNodeCliInspectArguments: false,
    EnableEmbeddedAsarIntegrityValidation: true,
    OnlyLoadAppFromAsar: true,
    GrantFileProtocolExtraPrivileges: false,
  });
});

test('the package for tests is another app, and only it can be inspected', async () => {
  const text = await configurationOf('e2e/electron/builder.yml');
  expect(wantedFuses(text)).toMatchObject({ RunAsNode: false, EnableNodeCliInspectArguments: true });
  expect(text).toContain('appId: dev.slate.spark.test');
});

test('a fuse that is not as wanted is told, also one that the binary does not have', () => {
  const wanted = { RunAsNode: false, OnlyLoadAppFromAsar: true };
  expect(differingFuses(wanted, { RunAsNode: false, OnlyLoadAppFromAsar: true })).toEqual([]);
  expect(differingFuses(wanted, { RunAsNode: true })).toEqual([
    'fuse RunAsNode is true, wanted false',
    'fuse OnlyLoadAppFromAsar is not in this binary, wanted true',
  ]);
});

test('a configuration without fuses, or with an unknown one, is refused', () => {
  expect(() => wantedFuses('appId: x\n')).toThrow('sets no fuses');
  expect(() => wantedFuses('electronFuses:\n  runAsNoode: false\n')).toThrow('runAsNoode');
});
