import { expect, test } from './fixtures.ts';
import { microphone, withMicrophone } from './microphone.ts';

// The file goes round, so that the question comes again while it is answered.
test.use({ launchOptions: withMicrophone(microphone('question', 'What can you do?', 1_000, 1_500)) });

test('whoever speaks while SPARK speaks cuts the answer where it was heard', async ({ window }) => {
  await window.getByRole('button', { name: 'Talk to SPARK' }).click();
  await window.getByTestId('voice-bar').getByRole('button', { name: 'Hands-free' }).click();
  const answers = window.getByRole('log', { name: 'Conversation' }).getByRole('article', { name: 'SPARK' });
  await expect(answers.first()).toContainText('stopped');
  await window.getByRole('button', { name: 'Turn voice off' }).first().click();
  await expect(window.getByTestId('voice-bar')).toBeHidden();
});
