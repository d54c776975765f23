import { longTranscript, test } from './directed.ts';
import { expect } from './fixtures.ts';

test('a session of ten thousand messages opens at its end, shows a few of them, and its first is found', async ({
  stage,
}) => {
  const sessions = stage.getByRole('navigation', { name: 'Sessions' });
  await sessions.getByText(longTranscript.title).click();
  const log = stage.getByRole('log', { name: 'Conversation' });
  await expect(log.getByText(`Make the jump number ${longTranscript.count - 2} a little higher`)).toBeInViewport();
  expect(await log.locator('[data-index]').count()).toBeLessThan(60);

  await stage.keyboard.press('ControlOrMeta+Shift+f');
  await stage.getByRole('combobox', { name: /^Search everything/ }).fill('"jump number 0"');
  const hits = stage.getByTestId('history-hit');
  await expect(hits.first()).toContainText('jump number 0 a little');
  await hits.first().click();
  const place = stage.locator('[aria-current="location"]');
  await expect(place).toContainText('Make the jump number 0 a little higher');
  await expect(place).toBeInViewport();
  expect(await log.locator('[data-index]').count()).toBeLessThan(60);
});
