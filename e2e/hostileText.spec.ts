import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { call, say as says } from '../services/sandbox/realtime/index.ts';
import { test } from './directed.ts';
import { expect, newSession, say } from './fixtures.ts';

/** Would run, load, turn the reading around, hide, and colour, wherever it were taken for more than text. */
const hostile =
  '<script>window.hostile = 1</script><img src="http://attacker.invalid/a.png" onerror="window.hostile = 2"> ![b](http://attacker.invalid/b.png) \u202eback\u202c wi\u200bdth \u001b[31mred\u001b[0m';
const query = '<img src=x onerror=window.hostile=4> \u202eback\u202c wi\u200bdth \u001b[31mred\u001b[0m';
/** As a person reads it where Markdown is not read. */
const shown =
  '<script>window.hostile = 1</script><img src="http://attacker.invalid/a.png" onerror="window.hostile = 2"> ![b](http://attacker.invalid/b.png) [U+202E]back[U+202C] wi[U+200B]dth red';
const fileName = 'Crate <img src=x onerror=window.hostile=3> \u202egnp.\u202c wi\u200bdth.prefab';
const fileShown = 'Crate <img src=x onerror=window.hostile=3> [U+202E]gnp.[U+202C] wi[U+200B]dth.prefab';

test('hostile text of the model, of Unity and of the project runs nothing, loads nothing and hides nothing', async ({
  stage: page,
  directed: { unity, model },
}) => {
  const elsewhere: string[] = [];
  const own = new URL(page.url()).host;
  page.on('request', (request) => {
    const { host, protocol } = new URL(request.url());
    if (host !== own && /^https?:|^wss?:/.test(protocol)) elsewhere.push(request.url());
  });
  const folder = join(unity.projectDir, 'Assets', 'Hostile');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, fileName), '%YAML 1.1\n');
  unity.editor.console.add({ type: 'Error', message: hostile, file: null, line: 0, stackTrace: hostile });

  await page.reload();
  await newSession(page);
  model.play([says(hostile), call('searchUnityAssets', { query })], [says(`Nothing like ${hostile} is there.`)]);
  await say(page, hostile.replaceAll('\u001b', ''));
  const log = page.getByRole('log', { name: 'Conversation' });
  const answer = log.getByRole('article', { name: 'SPARK' });
  await expect(answer.last()).toContainText('[U+202E]back[U+202C] wi[U+200B]dth red');
  await expect(answer.last()).toContainText('[image not loaded: b]');
  await expect(answer.last()).toContainText('<script>window.hostile = 1</script>');
  await expect(log.getByRole('article', { name: 'You', exact: true })).toContainText('[U+202E]back');

  const card = page.getByTestId('call-card');
  await card.getByRole('button').first().click();
  await expect(card).toContainText('[U+202E]back');

  await page.getByRole('tab', { name: 'Console' }).click();
  const line = page.getByRole('option', { name: /attacker\.invalid/ }).first();
  await expect(line).toContainText(shown);
  await line.click();
  await expect(page.getByRole('region', { name: 'Chosen lines' })).toContainText('[U+202E]back');

  await page.getByRole('tab', { name: 'Assets' }).click();
  const panel = page.getByRole('tabpanel', { name: 'Assets' });
  await panel.getByRole('searchbox', { name: 'Search assets by name' }).fill('Crate');
  await expect(panel.getByRole('list', { name: 'Found assets' })).toContainText(fileShown);

  // Neither the names of sessions nor anything else took any of it for more than text.
  await expect(
    page.locator('script:not([src]), iframe, img[src^="http"], img[src="x"], a[href*="attacker"]'),
  ).toHaveCount(0);
  const read = await page.locator('body').innerText();
  for (const mark of ['\u001b', '\u200b', '\u202c', '\u202e']) expect(read).not.toContain(mark);
  expect(await page.evaluate('window.hostile')).toBeUndefined();
  expect(elsewhere).toEqual([]);
});
