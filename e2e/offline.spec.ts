import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { violationsOf, wcag } from './axe.ts';
import { expect, say, test } from './fixtures.ts';

test('work goes on while NATS is away; what is queued is said, and drains when it is back', async ({
  window,
  environment,
}) => {
  const { nats } = environment.sandbox.stack;
  await rm(join(environment.projectDir, 'Assets/Scripts/PlayerController.cs'), { force: true });
  await nats.kill();
  const banner = window.getByTestId('offline-banner');
  try {
    await say(window, 'Create a player controller');
    await window.getByTestId('approval-card').getByRole('button', { name: 'Approve' }).click();
    await expect(window.getByText('PlayerController.cs generated').first()).toBeVisible();
    await expect(banner).toContainText(/NATS is away\. \d+ events? queued on this machine/);
    expect(await violationsOf(window, wcag)).toEqual([]);
    await banner.getByRole('button', { name: 'What to do' }).click();
    await expect(window.getByTestId('health-nats')).toContainText('Nothing is lost');
  } finally {
    await nats.start(AbortSignal.timeout(30_000));
  }
  await expect(banner).toContainText(/NATS is back: all \d+ queued events? sent/);
  await expect(banner).toBeHidden();
  await expect(window.getByTestId('status-nats')).toContainText('connected');
  // Health is still open: the consumer has taken what was sent.
  await expect(window.getByText(/^seen .*nothing waits for it$/)).toBeVisible();
});
