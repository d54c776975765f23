import { v7 as uuidv7 } from 'uuid';
import { makeDatabase, databaseVariables } from '../database/index.ts';
import { loadConfig } from '../shared/node/config/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { eventSchemas } from '../shared/contracts/index.ts';
import { violationsOf, wcag } from './axe.ts';
import { expect, newSession, say, test } from './fixtures.ts';

const logger = makeLogger({ name: 'e2e-team', level: 'error' });

/** A session of somebody else, as another computer's SPARK stores it. */
async function storeOthersSession(env: Parameters<typeof loadConfig>[0]): Promise<string> {
  const database = makeDatabase({ config: loadConfig(env, databaseVariables), logger, maxConnections: 1 });
  const sessionId = uuidv7();
  const startedMs = Date.now() - 60_000;
  const base = (seq: number) => ({
    eventId: uuidv7(),
    sessionId,
    seq,
    // In this order, whatever the clock does: the script is the newest.
    timestamp: new Date(startedMs + seq * 1_000).toISOString(),
    schemaVersion: 1,
    source: { app: 'spark-desktop', version: '0', host: 'elsewhere' },
    userId: 'mira',
  });
  const script = {
    type: 'runtime.unity.script_generated',
    callId: 'c1',
    changeId: uuidv7(),
    scriptName: 'PortcullisChain',
    path: 'Assets/Scripts/PortcullisChain.cs',
    contents: 'public class PortcullisChain { }\n',
    lines: 1,
    prompt: 'A chain for the portcullis',
  };
  try {
    await database.write([
      eventSchemas.session.parse({
        ...base(1),
        type: 'session',
        action: 'started',
        title: 'Portcullis',
        projectName: 'Castle',
      }),
      eventSchemas.function_call.parse({
        ...base(2),
        type: 'function_call',
        callId: 'c1',
        name: 'generateUnityScript',
        effect: 'write',
        state: 'succeeded',
        resultSummary: 'created Assets/Scripts/PortcullisChain.cs',
      }),
      eventSchemas['runtime.unity.script_generated'].parse({ ...base(3), ...script }),
    ]);
  } finally {
    await database.close();
  }
  return sessionId;
}

test('what somebody else did is found through the replica by keyboard, and looked at without a way to change it', async ({
  window,
  environment,
}) => {
  await storeOthersSession(environment.sandbox.env);
  await window.keyboard.press('ControlOrMeta+f');
  const here = window.getByRole('combobox', { name: /^Search everything/ });
  await expect(here).toBeFocused();
  await here.fill('portcullis');
  await expect(window.getByText('Nothing has')).toBeVisible();
  // What is looked for outlives a reload.
  await window.reload();
  await expect(here).toHaveValue('portcullis');
  await expect(window.getByText('Nothing has')).toBeVisible();

  await window.getByRole('radio', { name: 'Team' }).check({ force: true });
  const field = window.getByRole('textbox', { name: /^Search everybody/ });
  await expect(field).toHaveValue('portcullis');
  const results = window.getByTestId('team-result');
  // The replica may be a moment behind.
  await expect(async () => {
    await field.fill('');
    await field.fill('portcullis chain');
    await expect(results).toHaveCount(1, { timeout: 3_000 });
  }).toPass();
  await expect(results).toContainText('mira');
  await expect(results.locator('mark').first()).toHaveText(/portcullis/i);
  await expect(window.getByText('from the replica').first()).toBeVisible();
  expect(await violationsOf(window, wcag)).toEqual([]);

  await field.focus();
  await window.keyboard.press('ArrowDown');
  await window.keyboard.press('ArrowDown');
  await window.keyboard.press('Enter');
  const view = window.getByTestId('team-session');
  await expect(view.getByRole('heading', { name: 'Portcullis' })).toBeVisible();
  await expect(view).toContainText('The session of mira, to look at. Nothing can be changed here.');
  await expect(view.getByText('public class PortcullisChain { }')).toBeVisible();
  for (const name of ['Rename', 'Delete', 'Fork', 'Undo']) {
    await expect(view.getByRole('button', { name: new RegExp(name, 'i') })).toHaveCount(0);
  }
  expect(await violationsOf(window, wcag)).toEqual([]);
  await window.keyboard.press('Escape');
  await expect(results).toHaveCount(1);
  // Back where it was opened from.
  await expect(results.getByRole('button').nth(1)).toBeFocused();
});

test('a session is archived, found by its words, and brought back by a message', async ({ window }) => {
  await say(window, 'How would a belfry sound');
  await expect(window.getByRole('button', { name: 'Stop' })).toHaveCount(0);
  const sidebar = window.getByRole('navigation', { name: 'Sessions' });
  const inList = sidebar.getByRole('button', { name: /belfry/i });
  await expect(inList).toBeVisible();
  await window
    .getByRole('button', { name: /^More for/ })
    .first()
    .click();
  await window.getByRole('menuitem', { name: 'Archive' }).click();
  await expect(window.getByText('This session is archived')).toBeVisible();
  await expect(inList).toHaveCount(0);
  expect(await violationsOf(window, wcag)).toEqual([]);

  await newSession(window);
  await window.keyboard.press('ControlOrMeta+Shift+f');
  await window.getByRole('combobox', { name: /^Search everything/ }).fill('belfry');
  await expect(window.getByTestId('history-hit').first()).toBeVisible();
  await window.keyboard.press('Enter');
  await expect(window.getByText('This session is archived')).toBeVisible();
  await say(window, 'And a second bell');
  await expect(window.getByText('This session is archived')).toHaveCount(0);
  await expect(inList).toBeVisible();
});
