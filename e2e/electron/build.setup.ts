import { expect, test } from '@playwright/test';
import { buildCompat } from './buildCompat.ts';
import { exists } from './fetchPackage.ts';
import { findElectron } from './findElectron.ts';
import { repository } from './desktopApp.ts';

/** Before the specs of the desktop app, once: they run in several processes, and none must build what another one has open. */
test('the app is built for the Electron that is found', async () => {
  test.setTimeout(300_000);
  const found = await findElectron();
  test.skip(found.kind === 'missing', found.kind === 'missing' ? found.reason : '');
  if (found.kind === 'missing') return;
  test.info().annotations.push({ type: 'electron', description: `${found.kind} ${found.version}` });
  if (found.kind === 'older') await buildCompat(found.executablePath);
  else expect(await exists(`${repository}/out/main/index.js`), 'Run: npm run build').toBe(true);
});
