import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toolEnvironment } from '../../services/sandbox/stack/environment.ts';
import { runTool } from '../../services/sandbox/stack/tool.ts';
import { debianArchitecture, measure, packDeb, packTar, type ArchiveOptions } from '../consumer/archives.ts';
import { installFolder, type Product } from './product.ts';

export interface LinuxPackage {
  readonly product: Product;
  /** What is installed (writeLinuxPayload). */
  readonly payload: string;
  readonly workDir: string;
  readonly outDir: string;
  readonly epoch: number;
  readonly compression: ArchiveOptions['compression'];
  readonly signal: AbortSignal;
}

const scriptsDir = join(import.meta.dirname, 'scripts');
const debDepends =
  'libasound2 | libasound2t64, libatspi2.0-0 | libatspi2.0-0t64, libgbm1, libgtk-3-0 | libgtk-3-0t64, libnotify4, libnss3, libsecret-1-0, libxss1, libxtst6';
const rpmRequires = '(alsa-lib or libasound2), at-spi2-core, gtk3, libnotify, libsecret, (mesa-libgbm or libgbm1), nss';
const summary = 'Build inside Unity by talking';

export const fileName = ({ name, version }: Product): string => `${name}_${version}_${debianArchitecture()}`;

async function script(name: 'postinst' | 'postrm', product: Product): Promise<string> {
  const text = await readFile(join(scriptsDir, name), 'utf8');
  return text.replaceAll('@FOLDER@', installFolder(product)).replaceAll('@EXECUTABLE@', product.executable);
}

/** Makes the Debian package with dpkg-deb; resolves with its file. */
export async function makeDesktopDeb(options: LinuxPackage): Promise<string> {
  const { product, payload, outDir } = options;
  const control = join(payload, 'DEBIAN');
  const { md5sums, kib } = await measure(payload);
  await mkdir(control);
  try {
    for (const name of ['postinst', 'postrm'] as const)
      await writeFile(join(control, name), await script(name, product), { mode: 0o755 });
    await writeFile(join(control, 'md5sums'), md5sums.replaceAll(`  /`, '  '));
    await writeFile(
      join(control, 'control'),
      `Package: ${product.name}
Version: ${product.version}
Section: devel
Priority: optional
Architecture: ${debianArchitecture()}
Maintainer: SPARK maintainers <maintainers@spark.invalid>
Installed-Size: ${kib}
Depends: ${debDepends}
Recommends: xdg-utils
Description: ${product.title}: ${summary.charAt(0).toLowerCase()}${summary.slice(1)}
 A window beside the Unity Editor: what is asked for is proposed, shown as a
 change, and written only when it was approved. Opens spark:// links.
`,
    );
    const file = join(outDir, `${fileName(product)}.deb`);
    await packDeb({ ...options, root: payload, file });
    return file;
  } finally {
    await rm(control, { recursive: true });
  }
}

/** Makes the RPM package with rpmbuild; resolves with its file. */
export async function makeRpm(options: LinuxPackage): Promise<string> {
  const { product, payload, workDir, outDir, epoch, compression, signal } = options;
  const top = join(workDir, 'rpm');
  await mkdir(top, { recursive: true });
  const spec = join(top, 'spark.spec');
  const { name, title, executable, version } = product;
  await writeFile(
    spec,
    `%global __os_install_post %{nil}
%global debug_package %{nil}
%define _build_id_links none
%define _binary_payload ${compression === 'fast' ? 'w1.gzdio' : 'w6.xzdio'}
Name: ${name}
Version: ${version.replaceAll('-', '~')}
Release: 1
Summary: ${summary}
License: MIT
AutoReqProv: no
Requires: ${rpmRequires}
Recommends: xdg-utils
%description
${title}: a window beside the Unity Editor. Opens spark:// links.
%install
cp -a '${payload}/.' '%{buildroot}/'
%post
${await script('postinst', product)}
%postun
${await script('postrm', product)}
%files
%defattr(-,root,root,-)
${installFolder(product)}
/usr/bin/${executable}
/usr/share/applications/${executable}.desktop
/usr/share/doc/${name}
/usr/share/icons/hicolor/*/apps/${executable}.*
`,
  );
  await runTool({
    name: 'rpmbuild (Debian package rpm)',
    command: 'rpmbuild',
    args: [
      '-bb',
      spec,
      '--define',
      `_topdir ${top}`,
      '--define',
      `_rpmdir ${top}/out`,
      '--define',
      '_rpmfilename made.rpm',
    ],
    env: { ...toolEnvironment(), SOURCE_DATE_EPOCH: String(epoch) },
    cwd: workDir,
    signal,
    timeoutMs: 900_000,
  });
  const file = join(outDir, `${fileName(product)}.rpm`);
  await cp(join(top, 'out/made.rpm'), file);
  await rm(top, { recursive: true, force: true });
  return file;
}

/** The folder as it runs, for systems without either; resolves with the archive's file. */
export async function makeDesktopTarball(options: LinuxPackage): Promise<string> {
  const { product, payload, workDir, outDir } = options;
  const name = fileName(product);
  const installed = join(payload, installFolder(product));
  const file = join(outDir, `${name}.tar.gz`);
  // Moved for the time of packing: it is large.
  await rename(installed, join(workDir, name));
  try {
    await packTar({ ...options, name, file });
  } finally {
    await rename(join(workDir, name), installed);
  }
  return file;
}
