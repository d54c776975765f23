import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { initialSize } from '../build/initialSize.ts';

test('the window loads less than 300 kB of JavaScript before anything is clicked', async () => {
  const { scriptBytes } = await initialSize(join(import.meta.dirname, '..', 'out', 'renderer'));
  expect(scriptBytes).toBeGreaterThan(100_000);
  expect(scriptBytes).toBeLessThan(300_000);
});
