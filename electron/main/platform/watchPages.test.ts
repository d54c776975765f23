import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watchPages } from './watchPages.ts';

test('a build of many files is told once, when it is done', async () => {
  const root = mkdtempSync(join(tmpdir(), 'spark-pages-'));
  mkdirSync(join(root, 'assets'));
  let built = 0;
  const told = Promise.withResolvers<void>();
  const stop = watchPages(root, () => {
    built += 1;
    told.resolve();
  });
  for (const name of ['index.html', 'assets/a.js', 'assets/b.js']) writeFileSync(join(root, name), 'x');
  await told.promise;
  expect(built).toBe(1);
  stop();
  rmSync(root, { recursive: true });
});
