import { chmod, cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { environmentTemplate } from '../../services/consumer/setup/envFile.ts';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import type { BundledPackage } from './packages.ts';
import { units } from './units.ts';

const share = 'usr/share/spark-nats-consumer';
const doc = 'usr/share/doc/spark-nats-consumer';
const guide = 'docs/guides/installing-the-consumer.md';

/** Writes everything that both archives install, below `root`, with the modes it is installed with. */
export async function writePayload(options: {
  readonly root: string;
  /** The program, ready. */
  readonly executable: string;
  readonly sbom: string;
  readonly packages: readonly BundledPackage[];
}): Promise<void> {
  const { root, executable, sbom, packages } = options;
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  await mkdir(join(root, 'usr/bin'), { recursive: true });
  await cp(executable, join(root, 'usr/bin/spark-nats-consumer'));
  await symlink('spark-nats-consumer', join(root, 'usr/bin/spark-db'));
  for (const [name, text] of Object.entries(units)) await write(`usr/lib/systemd/system/${name}`, text);
  await write(`${share}/consumer.env`, environmentTemplate());
  await write(`${doc}/installing-the-consumer.md`, await readFile(join(repositoryDir, guide), 'utf8'));
  await write(`${doc}/copyright`, await makeNotices(packages));
  await write(`${doc}/sbom.cdx.json`, sbom);
  await setModes(root);
}

/** The same modes whatever the umask is. */
export async function setModes(root: string): Promise<void> {
  await chmod(root, 0o755);
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const isProgram = entry.isDirectory() || entry.parentPath.endsWith('/bin') || entry.parentPath.endsWith('/DEBIAN');
    await chmod(path, isProgram && entry.name !== 'control' && entry.name !== 'md5sums' ? 0o755 : 0o644);
  }
}

/** The licences of SPARK, of Node and of each package that is inside. */
async function makeNotices(packages: readonly BundledPackage[]): Promise<string> {
  const node = `node-${process.versions.node}.txt`;
  const texts = [
    `SPARK consumer\n\n${await readFile(join(repositoryDir, 'LICENSE'), 'utf8')}`,
    ...packages.map(({ name, version, license, notices }) =>
      [`${name} ${version} (${license})`, ...notices.map((text) => text.trim())].join('\n\n'),
    ),
    `Node.js ${process.versions.node}\n\n${await readFile(join(import.meta.dirname, 'licences', node), 'utf8')}`,
  ];
  return `${texts.map((text) => text.trim()).join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
