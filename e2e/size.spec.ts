import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { initialSize } from '../build/initialSize.ts';

test('the first paint of the window needs less than 260 kB of JavaScript', async () => {
  const { scriptBytes } = await initialSize(join(import.meta.dirname, '..', 'out', 'renderer'));
  expect(scriptBytes).toBeGreaterThan(100_000);
  expect(scriptBytes).toBeLessThan(260_000);
});
