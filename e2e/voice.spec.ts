import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeSpeech } from '../services/sandbox/realtime/speech/index.ts';
import { expect, test } from './fixtures.ts';
import { speak } from './microphone.ts';
import { collectSounds } from './sounds.ts';

const path = 'Assets/Scripts/PlayerController.cs';

test('a spoken request is written down, waits for a click, writes the file and is answered aloud', async ({
  window,
  environment,
  host,
}) => {
  const project = environment.projectDir;
  await rm(join(project, path), { force: true });
  const heard = await collectSounds(window);
  // Sound is played in real time, and a browser on a busy machine drops some of it. Whoever is not understood says it
  // again; once the request has arrived the microphone is off, so that nothing interrupts the answer.
  speak(host, 'Create a player controller', { leadMs: 1_000, restMs: 8_000 });
  await window.getByRole('button', { name: 'Talk to SPARK' }).click();
  const bar = window.getByTestId('voice-bar');
  await bar.getByRole('button', { name: 'Hands-free' }).click();
  const log = window.getByRole('log', { name: 'Conversation' });
  await expect(log.getByRole('article', { name: 'You' }).last()).toHaveText(/Create a player controller/);
  await bar.getByRole('button', { name: 'Mute the microphone' }).click();

  const approval = window.getByTestId('approval-card');
  await expect(approval).toContainText(path);
  await expect(bar).toContainText('click to approve');
  await approval.getByRole('button', { name: 'Approve' }).click();
  await expect(bar).toHaveAttribute('data-state', 'speaking');
  await expect.poll(() => readFile(join(project, path), 'utf8').catch(() => '')).toContain('class PlayerController');

  await expect(bar).toHaveAttribute('data-state', 'listening');
  const sounds = await heard();
  const last = sounds.at(-1)?.messageId;
  const bytes = Buffer.concat(
    sounds.filter(({ messageId }) => messageId === last).map(({ base64 }) => Buffer.from(base64, 'base64')),
  );
  const spoken = decodeSpeech(new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)));
  expect(spoken).not.toBeNull();
  const words = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();
  const shown = await log.getByRole('article', { name: 'SPARK' }).last().innerText();
  expect(words(shown)).toContain(words(spoken ?? '').slice(0, 40));
  // The choice is kept for the next session that speaks.
  await bar.getByRole('button', { name: 'Push to talk' }).click();
  await expect(bar.getByRole('button', { name: 'Hands-free' })).toBeVisible();
  await window.getByRole('button', { name: 'Turn voice off' }).first().click();
  await expect(bar).toBeHidden();
});
