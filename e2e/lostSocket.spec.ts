import type { WebSocketRoute } from '@playwright/test';
import { burst, call, fault, say as says } from '../services/sandbox/realtime/index.ts';
import { test } from './directed.ts';
import { expect, newSession, say } from './fixtures.ts';

const sentences = Array.from({ length: 40 }, (_, n) => `Sentence ${n}. `);

test('the connection is cut in the middle of an answer: the window says so, comes back, and has everything once', async ({
  page,
  show,
  directed: { model, spark },
}) => {
  let isCut = false;
  const sockets: WebSocketRoute[] = [];
  await page.routeWebSocket(/\/api\/socket/, (socket) => {
    if (isCut) return void socket.close({ code: 1011 });
    const server = socket.connectToServer();
    sockets.push(server, socket);
  });
  const cut = async (): Promise<void> => {
    isCut = true;
    for (const socket of sockets.splice(0)) await socket.close({ code: 1011 });
  };
  await show(spark);
  await newSession(page);
  const log = page.getByRole('log', { name: 'Conversation' });
  const mine = log.getByRole('article', { name: 'You', exact: true });
  const answers = log.getByRole('article', { name: 'SPARK' });
  const banner = page.getByText('What is shown here and your draft are kept', { exact: false });

  // The rest comes while nobody is connected, and with it a call that waits for a person.
  model.play([
    ...sentences.slice(0, 2).map((text) => says(text)),
    fault({ kind: 'pause', ms: 1_500 }),
    burst(200, 'More of it. '),
    call('generateUnityScript', {
      prompt: 'A buoy',
      name: 'Buoy',
      contents: 'using UnityEngine;\n\npublic class Buoy : MonoBehaviour\n{\n}\n',
    }),
  ]);
  await say(page, 'Tell me more');
  await expect(answers.first()).toContainText('Sentence 0.');
  await cut();
  await expect(banner).toBeVisible();
  // What is sent now is not lost: it stays where it was typed.
  await page.getByTestId('composer').fill('And then?');
  await page.getByTestId('composer').press('Enter');
  await expect(page.getByTestId('composer')).toHaveValue('And then?');

  isCut = false;
  await expect(banner).toBeHidden();
  const card = page.getByTestId('approval-card');
  await expect(card).toHaveCount(1);
  await expect(card).toContainText('Assets/Scripts/Buoy.cs');
  const told = await log.innerText();
  expect(told.split('More of it.').length - 1).toBe(200);
  expect(told.split('Sentence 1.').length - 1).toBe(1);
  await expect(mine).toHaveText(['Tell me more']);

  model.play([says('That is all.')]);
  await card.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByText('Buoy.cs generated').first()).toBeVisible();
  await expect(page.getByText('That is all.')).toHaveCount(1);
  model.play([says('Then it floats.')]);
  await page.getByTestId('composer').press('Enter');
  await expect(page.getByText('Then it floats.')).toHaveCount(1);
  await expect(mine).toHaveText(['Tell me more', 'And then?']);
});
