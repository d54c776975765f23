import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { _electron as electron, expect, test } from '@playwright/test';
import { hashOf } from '../../build/consumer/archives.ts';
import { readPackages } from '../../build/consumer/packages.ts';
import { appManifest } from '../../build/desktop/appFolder.ts';
import { readArchive } from '../../build/desktop/checkPacked.ts';
import { readFuses } from '../../build/desktop/fuses.ts';
import { makeDesktop } from '../../build/desktop/makeDesktop.ts';
import type { Product } from '../../build/desktop/product.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { writeCompatApp } from '../electron/buildCompat.ts';
import { environment, type PreloadBridge } from '../electron/desktopApp.ts';
import { openDisplay, type Display } from '../electron/display.ts';
import { findElectron, type FoundElectron } from '../electron/findElectron.ts';
import { asOrdinaryUser } from '../electron/ordinaryUser.ts';

/*
 * The app as a person meets it: a Debian package is made with the older Electron by builder.yml (another app, never
 * released), installed with dpkg, started as an ordinary user with the sandbox on, upgraded and removed.
 */
const repository = join(import.meta.dirname, '../..');
const product = (version: string): Product => ({
  name: 'spark-desktop-test',
  title: 'SPARK test',
  executable: 'spark-test',
  version,
});
const versions = { older: '0.1.0', newer: '0.2.0' };
const folder = '/opt/spark-test';
const entry = '/usr/share/applications/spark-test.desktop';
const debs: Record<string, string> = {};
let work = '';
let home = '';
let display: Display;

test.describe.configure({ mode: 'serial' });

function reasonNotTo(found: FoundElectron): string | undefined {
  if (found.kind === 'missing') return found.reason;
  if (found.kind === 'official') return 'this package is made with the older Electron only';
  if (process.getuid?.() !== 0) return 'only root installs packages';
  if (run('dpkg-deb', ['--version']).code !== 0) return 'dpkg is not here';
  if (existsSync(folder)) return `${folder} is on this machine already, and stays untouched`;
  return undefined;
}

test.beforeAll(async () => {
  test.setTimeout(900_000);
  const found = await findElectron();
  const why = reasonNotTo(found);
  test.skip(why !== undefined, why);
  if (found.kind === 'missing') return;
  const opened = await openDisplay();
  if ('missing' in opened) return test.skip(true, opened.missing);
  display = opened;
  work = await mkdtemp(join(tmpdir(), 'spark-install-'));
  home = await mkdtemp(join(tmpdir(), 'spark-home-'));
  const app = join(repository, '.spark/e2e/package-app');
  // That Electron starts no main that is a module, and its packages are bundled.
  const {
    dependencies: _none,
    type: _module,
    ...about
  } = JSON.parse(appManifest('spark-test', [])) as Record<string, unknown>;
  const manifest = (version: string): string => JSON.stringify({ ...about, name: 'spark-test', version });
  await writeCompatApp(app, manifest(versions.older));
  for (const version of Object.values(versions)) {
    await writeFile(join(app, 'package.json'), manifest(version));
    const [deb = ''] = await makeDesktop({
      product: product(version),
      targets: ['deb'],
      configuration: join(repository, 'e2e/electron/builder.yml'),
      electronVersion: found.version,
      electronDist: dirname(found.executablePath),
      appFolder: app,
      packages: await readPackages(['node_modules/zod']),
      outDir: work,
      compression: 'fast',
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    debs[version] = deb;
  }
});

test.afterAll(async () => {
  display?.close();
  if (debs[versions.older] !== undefined) run('dpkg', ['--purge', 'spark-desktop-test']);
  for (const made of [work, home]) if (made !== '') await rm(made, { recursive: true, force: true });
});

function run(command: string, args: readonly string[]): { readonly code: number | null; readonly said: string } {
  const done = spawnSync(command, [...args], { encoding: 'utf8', cwd: '/', timeout: 280_000 });
  return { code: done.status, said: `${done.stdout}${done.stderr}${done.error?.message ?? ''}` };
}

test('the release refuses to pack the older Electron, whatever its folder says', async () => {
  const found = await findElectron();
  test.skip(found.kind !== 'older');
  if (found.kind !== 'older') return;
  const refused = makeDesktop({
    product: product(versions.older),
    targets: ['deb'],
    configuration: join(repository, 'electron-builder.yml'),
    electronVersion: packageJson.devDependencies.electron,
    electronDist: dirname(found.executablePath),
    appFolder: work,
    packages: [],
    outDir: join(work, 'refused'),
    compression: 'fast',
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  await expect(refused).rejects.toThrow(/Nothing was packed: .* holds Electron 25\.1\.1, and this is made with 45/);
  expect(await readdir(join(work, 'refused'))).toEqual([]);
});

test('beside it lie its SBOM and the checksums of both', async () => {
  const name = `spark-desktop-test_${versions.older}_linux_x64`;
  expect(await readdir(work)).toEqual(expect.arrayContaining([`${name}.cdx.json`, `${name}.sha256`]));
  const checked = spawnSync('sha256sum', ['--check', `${name}.sha256`], { cwd: work, encoding: 'utf8' });
  expect(checked.stdout).toMatch(/\.deb: OK\n.*\.cdx\.json: OK\n$/);
});

test('installed, it has its link, its entry in the menu, its icons and its notices', async () => {
  expect(run('dpkg', ['--install', debs[versions.older] ?? ''])).toEqual({ code: 0, said: expect.any(String) });
  expect(run('/usr/bin/readlink', ['/usr/bin/spark-test']).said.trim()).toBe(`${folder}/spark-test`);
  expect(await readFile(entry, 'utf8')).toContain('MimeType=x-scheme-handler/spark;');
  const validated = run('desktop-file-validate', [entry]);
  if (!validated.said.includes('ENOENT')) expect(validated).toEqual({ code: 0, said: '' });
  for (const size of ['16x16', '48x48', '512x512'])
    expect(existsSync(`/usr/share/icons/hicolor/${size}/apps/spark-test.png`)).toBe(true);
  expect(await readFile('/usr/share/doc/spark-desktop-test/copyright', 'utf8')).toContain('MIT License');
  const sbom = await readFile('/usr/share/doc/spark-desktop-test/sbom.cdx.json', 'utf8');
  expect(sbom).toContain('pkg:npm/electron@25.1.1');
  expect(sbom).toContain(await hashOf(`${folder}/resources/app.asar`, 'sha256'));
  expect((await stat(`${folder}/chrome-sandbox`)).uid).toBe(0);
  expect(run('dpkg', ['--verify', 'spark-desktop-test'])).toEqual({ code: 0, said: '' });
});

test('its fuses and its archive are what was wanted, read from what is installed', async () => {
  expect(await readFuses(`${folder}/spark-test`)).toMatchObject({
    RunAsNode: false,
    EnableNodeOptionsEnvironmentVariable: false,
    OnlyLoadAppFromAsar: true,
    EnableNodeCliInspectArguments: true,
  });
  // Told by the program itself: with the fuse off it is the app, which prints its own version.
  const asNode = spawnSync(
    'setpriv',
    ['--reuid=65534', '--regid=65534', '--clear-groups', `${folder}/spark-test`, '--version'],
    {
      encoding: 'utf8',
      env: { ...environment({ HOME: home }), ELECTRON_RUN_AS_NODE: '1', DISPLAY: display.name ?? '' },
      timeout: 60_000,
    },
  );
  expect(asNode.stdout.trim()).toBe(versions.older);
  const paths = readArchive(`${folder}/resources/app.asar`).map(({ path }) => path);
  expect(paths).toContain('out/main/compat/core.js');
  expect(paths.filter((path) => path.endsWith('.ts'))).toEqual([]);
});

test('an ordinary user starts it, and the window and one request are answered', async () => {
  const answer = await useOnce(async (ask) => ask('session.create', { title: 'Before the upgrade' }));
  expect(answer).toMatchObject({ ok: true, output: { session: { title: 'Before the upgrade' } } });
});

test('upgraded, it is the newer one and has the data of the older', async () => {
  expect(run('dpkg', ['--install', debs[versions.newer] ?? ''])).toMatchObject({ code: 0 });
  const { sessions, about } = await useOnce(async (ask) => ({
    sessions: JSON.stringify(await ask('session.list', {})),
    about: JSON.stringify(await ask('app.get', {})),
  }));
  expect(sessions).toContain('Before the upgrade');
  expect(about).toContain(versions.newer);
});

test('removed, nothing of it is left on the system, and the data of the user are', async () => {
  expect(run('dpkg', ['--purge', 'spark-desktop-test'])).toMatchObject({ code: 0 });
  const places = [
    folder,
    entry,
    '/usr/bin/spark-test',
    '/usr/share/doc/spark-desktop-test',
    '/etc/apparmor.d/spark-test',
  ];
  expect(places.filter((place) => existsSync(place))).toEqual([]);
  expect(run('find', ['/usr/share/icons', '/etc', '/usr/share/applications', '-name', '*spark-test*']).said).toBe('');
  expect(await readdir(home)).toContain('journal.sqlite');
});

type Ask = (route: string, input: unknown) => Promise<unknown>;

/** Starts the installed program as an ordinary user in a home of its own, does one thing in its window, and quits it. */
async function useOnce<T>(act: (ask: Ask) => Promise<T>): Promise<T> {
  const app = await electron.launch({
    executablePath: await asOrdinaryUser(`${folder}/spark-test`, home),
    chromiumSandbox: true,
    cwd: home,
    env: environment({
      HOME: home,
      SPARK_DATA_DIR: home,
      ...(display.name === undefined ? {} : { DISPLAY: display.name }),
    }),
  });
  try {
    const page = await app.firstWindow();
    await expect(page.locator('#root')).not.toBeEmpty();
    await page.screenshot({ path: join(repository, '.spark/e2e/screenshots/desktop-installed.png') });
    return await act((route, input) =>
      page.evaluate(([name, value]) => (globalThis as { spark?: PreloadBridge }).spark?.request(name, value), [
        route,
        input,
      ] as const),
    );
  } finally {
    await app.close();
  }
}
