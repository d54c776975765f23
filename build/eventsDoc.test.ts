import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { eventsDocFile, makeEventsDoc, tableOf } from './eventsDoc.ts';

test('docs/events.md is what the schemas say: run npm run docs:events after changing one', async () => {
  expect(await readFile(eventsDocFile, 'utf8')).toBe(await makeEventsDoc());
});

test('the table of a type is the one that its projection writes', () => {
  expect(tableOf('build.unity.progress')).toBe('spark_build_jobs');
  expect(tableOf('runtime.unity.patch_applied')).toBe('spark_generated_scripts');
  expect(tableOf('runtime.unity.asset_ingested')).toBeNull();
});
