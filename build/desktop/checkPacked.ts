import { extractFile, listPackage, statFile } from '@electron/asar';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { findProblems, type PackedFile } from './contents.ts';
import { differingFuses, readFuses, wantedFuses } from './fuses.ts';

const lockSchema = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) });
/** All that lies beside the archive. */
const besides =
  /^(app\.asar(\.unpacked)?|THIRD_PARTY_NOTICES\.txt|apparmor-profile|icon\.icns|elevate\.exe|.*\.lproj)$/;

/** Reads back what was packed: the fuses of the binary, and every file of the archive. One line per problem. */
export async function checkPacked(packed: {
  readonly folder: string;
  readonly resources: string;
  /** Text of the configuration that it was packed by. */
  readonly configuration: string;
}): Promise<string[]> {
  const { folder, resources, configuration } = packed;
  const executable = join(folder, executableName(configuration));
  const fuses = differingFuses(wantedFuses(configuration), await readFuses(executable));
  const strange = (await readdir(resources)).filter((name) => !besides.test(name));
  return [
    ...fuses,
    ...strange.map((name) => `resources/${name} does not belong there`),
    ...findProblems(readArchive(join(resources, 'app.asar')), await contentRules()),
  ];
}

/** Every file of an archive, those beside it (unpacked) too. */
export function readArchive(archive: string): PackedFile[] {
  return listPackage(archive, { isPack: false })
    .map((path) => path.replaceAll('\\', '/').replace(/^\//, ''))
    .filter((path) => !('files' in statFile(archive, path)))
    .map((path) => ({ path, bytes: extractFile(archive, path) }));
}

async function contentRules() {
  const lock = lockSchema.parse(JSON.parse(await readFile(join(repositoryDir, 'package-lock.json'), 'utf8')));
  const home = homedir();
  return {
    isProduction: (folder: string) => lock.packages[folder] !== undefined && lock.packages[folder].dev !== true,
    // A home like "/" is in every text.
    machinePaths: [repositoryDir, dirname(repositoryDir), ...(home.length > 3 ? [`${home}/`] : [])].filter(
      (path) => path.length > 3,
    ),
  };
}

/** The binary inside the packed folder. */
export function executableName(configuration: string): string {
  if (process.platform === 'darwin') return 'SPARK.app';
  const [, name = 'SPARK'] = /^ +executableName: (.+)$/m.exec(configuration) ?? [];
  return process.platform === 'win32' ? 'SPARK.exe' : name;
}
