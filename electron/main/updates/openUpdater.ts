import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { Updater } from './updates.ts';

/**
 * electron-updater for the folder at `url`, which has what electron-builder writes for a generic server (`latest.yml`,
 * `latest-linux.yml`, `latest-mac.yml` and the installers). It is loaded only when a server is configured. Its own
 * configuration file is written here, because the packages are built without one: no server is named in them.
 */
export async function openUpdater(options: {
  readonly url: string;
  readonly folder: string;
  readonly logger: Logger;
}): Promise<Updater> {
  const { url, folder, logger } = options;
  const { default: module } = await import('electron-updater');
  const { autoUpdater } = module;
  const file = join(folder, 'updates.yml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ provider: 'generic', url, updaterCacheDirName: 'spark-updates' }));
  autoUpdater.updateConfigPath = file;
  autoUpdater.logger = {
    info: (message: unknown) => logger.debug({ message }, 'updates'),
    warn: (message: unknown) => logger.warn({ message }, 'updates'),
    error: (message: unknown) => logger.warn({ message }, 'updates'),
  };
  // Run from its sources it looks too, and has nothing to install.
  autoUpdater.forceDevUpdateConfig = true;
  return autoUpdater;
}
