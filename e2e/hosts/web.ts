import { rm } from 'node:fs/promises';
import { startHost, urlOf } from '../../services/sandbox/demo/environment.ts';
import { makeFolder } from './folder.ts';
import type { StartSpark } from './spark.ts';

/** The web host, in a browser. */
export const startWeb: StartSpark = async ({ env, dataDir, stack, lifecycle }) => {
  let folder = dataDir;
  if (folder === undefined) {
    const own = (folder = await makeFolder(stack.stateDir, 'app'));
    lifecycle.own('data folder', () => rm(own, { recursive: true, force: true }));
  }
  const host = await startHost({ ...env, SPARK_WEB_PORT: '0', SPARK_DATA_DIR: folder }, stack, lifecycle);
  return {
    async open(page) {
      await page.goto(urlOf(host));
      return page;
    },
  };
};
