import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import type { BundledPackage } from '../consumer/packages.ts';

/**
 * The licences of SPARK and of each package whose code is inside. Those of Electron and Chromium are files of their own
 * beside the app, `LICENSE.electron.txt` and `LICENSES.chromium.html`.
 */
export async function writeNotices(packages: readonly BundledPackage[]): Promise<string> {
  const texts = [
    `SPARK\n\n${await readFile(join(repositoryDir, 'LICENSE'), 'utf8')}`,
    ...packages.map(({ name, version, license, notices }) =>
      [`${name} ${version} (${license})`, ...notices.map((text) => text.trim())].join('\n\n'),
    ),
    'Electron and Chromium: LICENSE.electron.txt and LICENSES.chromium.html, beside the program.',
  ];
  return `${texts.map((text) => text.trim()).join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
