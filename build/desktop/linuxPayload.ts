import { chmod, cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { installFolder, type Product } from './product.ts';

const icons = join(repositoryDir, 'build/icons');

/** Freedesktop's entry: the menu, and who opens `spark://` links. */
export function desktopEntry({ title, executable }: Product, folder: string): string {
  return `[Desktop Entry]
Type=Application
Name=${title}
GenericName=Assistant for Unity
Comment=Build inside Unity by talking
Exec=${folder}/${executable} %U
TryExec=${folder}/${executable}
Icon=${executable}
Terminal=false
Categories=Development;
Keywords=Unity;voice;editor;
MimeType=x-scheme-handler/spark;
StartupNotify=true
StartupWMClass=${executable}
`;
}

/** Ubuntu 24.04 and later let a program make its sandbox only when a profile says so. */
const apparmorProfile = ({ executable }: Product, folder: string): string => `abi <abi/4.0>,
include <tunables/global>

profile "${executable}" "${folder}/${executable}" flags=(unconfined) {
  userns,
  include if exists <local/${executable}>
}
`;

/** Writes everything that deb and rpm install, below `root`, with the modes it is installed with. */
export async function writeLinuxPayload(options: {
  readonly root: string;
  /** The packed app. */
  readonly appFolder: string;
  readonly product: Product;
  readonly sbom: string;
}): Promise<void> {
  const { root, appFolder, product, sbom } = options;
  const folder = installFolder(product);
  const { executable, name } = product;
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  await cp(appFolder, join(root, folder), { recursive: true, verbatimSymlinks: true });
  await write(`${folder}/resources/apparmor-profile`, apparmorProfile(product, folder));
  await write(`usr/share/applications/${executable}.desktop`, desktopEntry(product, folder));
  const notices = await readFile(join(appFolder, 'resources/THIRD_PARTY_NOTICES.txt'), 'utf8');
  await write(`usr/share/doc/${name}/copyright`, notices);
  await write(`usr/share/doc/${name}/sbom.cdx.json`, sbom);
  for (const file of await readdir(icons)) {
    const [, size] = /^(\d+x\d+)\.png$/.exec(file) ?? [];
    if (size !== undefined)
      await copyIcon(join(icons, file), join(root, `usr/share/icons/hicolor/${size}/apps`), `${executable}.png`);
  }
  await copyIcon(join(icons, 'spark.svg'), join(root, 'usr/share/icons/hicolor/scalable/apps'), `${executable}.svg`);
  await mkdir(join(root, 'usr/bin'), { recursive: true });
  await symlink(`${folder}/${executable}`, join(root, 'usr/bin', executable));
  await setModes(root);
}

async function copyIcon(from: string, folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await cp(from, join(folder, name));
}

/** Programs stay programs, everything can be read by everybody, whatever the umask is. */
async function setModes(root: string): Promise<void> {
  await chmod(root, 0o755);
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    await chmod(path, entry.isDirectory() || (await isProgram(path)) ? 0o755 : 0o644);
  }
}

/** An ELF file that is no library. */
async function isProgram(path: string): Promise<boolean> {
  return (
    !/\.(so(\.\d+)*|asar|pak|dat|bin|json|html|txt|png|svg|desktop)$/.test(path) &&
    (await readFile(path)).subarray(1, 4).toString('latin1') === 'ELF'
  );
}
