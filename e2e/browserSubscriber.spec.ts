import { join } from 'node:path';
import { build } from 'esbuild';
import { z } from 'zod';
import { repositoryDir } from '../services/sandbox/stack/paths.ts';
import { expect, say, test } from './fixtures.ts';

test('a page of its own sees the events of the app over WebSocket, and may neither publish nor read anything else', async ({
  window,
  environment,
  context,
}) => {
  const { outputFiles } = await build({
    entryPoints: [join(repositoryDir, 'shared/node/messaging/testing/browserSubscriber.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
  });
  const url = environment.sandbox.env['NEXT_PUBLIC_NATS_URL'] ?? '';
  expect(url).toMatch(/^ws:\/\/spark_browser:.+@127\.0\.0\.1:\d+$/);
  const page = await context.newPage();
  await page.addScriptTag({ content: outputFiles[0]?.text ?? '' });
  const call = (expression: string): Promise<unknown> => page.evaluate(`sparkSubscriber.${expression}`);
  const list = async (name: 'subjects' | 'refusals'): Promise<string[]> => z.array(z.string()).parse(await call(name));

  await call(`open(${JSON.stringify(url)})`);
  await say(window, 'What can you do?');
  await expect.poll(() => list('subjects')).toContainEqual(expect.stringMatching(/^spark\.usage\.[\da-f-]{36}$/));

  const denied = [
    ['publish', 'spark.session.00000000-0000-4000-8000-000000000000'],
    ['publish', '$JS.API.STREAM.PURGE.SPARK'],
    ['subscribe', 'dlq.spark.>'],
    ['subscribe', '$JS.API.>'],
    ['subscribe', '>'],
  ] as const;
  for (const [operation, subject] of denied) await call(`attempt('${operation}', '${subject}')`);
  await expect
    .poll(() => list('refusals'))
    .toEqual(
      denied.map(([operation, subject]) => `${operation === 'publish' ? 'publish' : 'subscription'} ${subject}`),
    );
  expect((await list('subjects')).every((subject) => subject.startsWith('spark.'))).toBe(true);
  expect(await list('subjects')).not.toContain(denied[0][1]);
});
