import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { readPackages } from '../consumer/packages.ts';
import { findElectronDist } from './electronDist.ts';
import { desktopEntry } from './linuxPayload.ts';
import { installFolder, release } from './product.ts';
import { loadedByMain, withDependencies } from './runtimePackages.ts';
import { desktopSbom } from './sbom.ts';
import { missingTools, usualTargets } from './tools.ts';

const sbomSchema = z.object({
  metadata: z.object({ component: z.object({ name: z.string(), version: z.string() }) }),
  components: z.array(z.object({ purl: z.string() })),
});

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spark-desktop-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

test.runIf(process.platform === 'linux')(
  'an Electron of another version is refused, whatever its folder says',
  async () => {
    await write('version', '45.4.1');
    await write('electron', "#!/bin/sh\nprintf '25.1.1'\n");
    await chmod(join(folder, 'electron'), 0o755);
    const { signal } = new AbortController();
    const find = (version: string) => findElectronDist({ version, given: folder, signal });
    await expect(find('45.4.1')).rejects.toThrow(/Nothing was packed: .* holds Electron 25\.1\.1.*--electron-dist/);
    expect(await find('25.1.1')).toBe(folder);
  },
);

test('only what the built main loads is packed, with all that it depends on as Node finds it', async () => {
  await write('out/index.js', 'import { a } from "one"; const b = require("@x/two/sub"); import "node:fs";');
  await write('out/chunks/c.js', 'const text = "four";');
  const package_ = (path: string, more: object = {}) =>
    write(`node_modules/${path}/package.json`, JSON.stringify(more));
  await package_('one', { dependencies: { three: '1', shared: '1' }, peerDependencies: { maybe: '1' } });
  await package_('one/node_modules/three', { dependencies: { shared: '1' } });
  await package_('three');
  await package_('@x/two');
  await package_('shared');
  await package_('four');
  const direct = await loadedByMain(join(folder, 'out'), ['@x/two', 'four', 'one']);
  expect(direct).toEqual(['@x/two', 'one']);
  expect(await withDependencies(folder, direct)).toEqual([
    'node_modules/@x/two',
    'node_modules/one',
    'node_modules/one/node_modules/three',
    'node_modules/shared',
  ]);
  await expect(withDependencies(folder, ['five'])).rejects.toThrow('five');
});

test('its SBOM is CycloneDX 1.6 with Electron and each package inside, dependencies of dependencies too', async () => {
  const packages = await readPackages(await withDependencies(repositoryDir, ['pino', 'zod']));
  const sbom = desktopSbom({
    product: release('1.2.3'),
    electronVersion: '45.4.1',
    sha256: '0'.repeat(64),
    packages,
    builtAt: new Date(0),
  });
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(sbom)).toBeNull();
  const { metadata, components } = sbomSchema.parse(JSON.parse(sbom));
  expect(metadata.component).toMatchObject({ name: 'spark-desktop', version: '1.2.3' });
  const purls = components.map(({ purl }) => purl);
  expect(purls).toContain('pkg:npm/electron@45.4.1');
  expect(purls).toContain(`pkg:npm/pino@${manifest.dependencies.pino}`);
  expect(purls.some((purl) => purl.startsWith('pkg:npm/thread-stream@'))).toBe(true);
  expect(purls.some((purl) => purl.startsWith('pkg:npm/pg@'))).toBe(false);
});

test('every tool that is missing is named with how to get it', () => {
  const bare = { platform: 'linux', has: () => false, appImageTools: undefined } as const;
  const said = missingTools(['deb', 'rpm', 'tar.gz', 'AppImage', 'dmg'], bare);
  for (const tool of ['package dpkg', 'package rpm', 'GNU tar', 'APPIMAGE_TOOLS_PATH', 'dmg is not made on linux'])
    expect(said.join('\n')).toContain(tool);
  expect(missingTools(usualTargets('linux'), { ...bare, has: () => true })).toEqual([]);
});

test('the desktop entry starts the program with the link that was followed', () => {
  const product = release('0.1.0');
  const entry = desktopEntry(product, installFolder(product));
  expect(entry).toContain('Exec=/opt/spark/spark %U\n');
  expect(entry).toContain('MimeType=x-scheme-handler/spark;\n');
  expect(entry).toContain('StartupWMClass=spark\n');
});
