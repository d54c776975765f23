import { expect, test } from './fixtures.ts';
import { speak } from './microphone.ts';

test('whoever speaks while SPARK speaks cuts the answer where it was heard', async ({ window, host }) => {
  // The question comes again while it is answered.
  speak(host, 'What can you do?', { leadMs: 1_000, restMs: 1_500 });
  await window.getByRole('button', { name: 'Talk to SPARK' }).click();
  const bar = window.getByTestId('voice-bar');
  await bar.getByRole('button', { name: 'Hands-free' }).click();
  const answers = window.getByRole('log', { name: 'Conversation' }).getByRole('article', { name: 'SPARK' });
  await expect(answers.first()).toContainText('stopped');
  // The choice is kept for the next session that speaks.
  await bar.getByRole('button', { name: 'Push to talk' }).click();
  await expect(bar.getByRole('button', { name: 'Hands-free' })).toBeVisible();
  await window.getByRole('button', { name: 'Turn voice off' }).first().click();
  await expect(bar).toBeHidden();
});
