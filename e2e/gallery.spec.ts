import type { Page } from '@playwright/test';
import { drawn, expect, openState as open, setTheme, showState, test } from './galleryTest.ts';
import { loadAxe, violationsOf, wcag } from './axe.ts';

/** States of the window that a story seldom reaches, each without any program behind it. */
const inChat = [
  'approvalBuild',
  'approvalDelete',
  'approvalDeleteBinary',
  'approvalDeleteLarge',
  'approvalIngest',
  'approvalMany',
  'approvalManyLarge',
  'approvalMegabyte',
  'approvalScene',
  'approvalSceneLarge',
  'approvalTests',
  'approvalTestsLarge',
  'budgetNear',
  'budgetSpent',
  'cost',
  'costBudgets',
  'costCall',
  'costModels',
  'editorChoice',
  'editorChoiceClosed',
  'editorChoiceMany',
  'queue',
  'settings',
  'history',
  'historyLong',
  'historyNone',
  'historyFailed',
  'historySessions',
  'historyReading',
  'historyArchived',
  'sessionArchived',
  'team',
  'teamLong',
  'teamNone',
  'teamEmpty',
  'teamAway',
  'teamFailed',
  'teamSession',
  'teamSessionEmpty',
  'teamSessionAway',
  'sessionMenu',
  'sessionDelete',
  'sessionDeleteRefused',
  'settingsPrice',
  'settingsAppearance',
  'settingsConversation',
  'settingsShortcuts',
  'settingsUnity',
  'settingsDatabase',
  'settingsData',
  'settingsErase',
  'settingsLarge',
  'setupUnity',
  'natsAway',
  'natsDraining',
  'attentionOffer',
  'alerts',
  'alertsAll',
  'alertOver',
  'compact',
  'healthFull',
  'healthAway',
  'healthSandbox',
  'setupModel',
  'setupServers',
  'setupFirst',
  'unityNotAnswering',
  'unityServerAway',
  'messageImages',
  'composerImages',
  'composerMention',
  'composerTooLong',
  'steerQueue',
  'steerEdit',
  'steerOptions',
  'turnWaiting',
  'turnReconnecting',
  'turnStopped',
  'notSent',
  'hostileText',
  'approvalOften',
  'approvalRewritten',
  'compileErrors',
  'failed',
  'rules',
  'rulesNone',
  'prompts',
  'promptsNone',
  'promptsEdit',
  'allowed',
  'allowedNone',
  'composerPrompts',
  'longSession',
  'insights',
  'insightsAway',
  'insightsEmpty',
  'insightsFailing',
  'insightsFirst',
  'insightsLarge',
  'insightsLoading',
  'insightsOffline',
  'insightsTables',
  'sessionFailing',
  'costFailing',
  'healthOffline',
  'settingsFailing',
  'settingsConfigFailing',
  'settingsOffline',
  'rulesFailing',
  'promptsFailing',
  'allowedFailing',
  'setupFailing',
  'voiceReady',
  'voiceSpeaking',
] as const;
const inPanel = [
  'fork',
  'undo',
  'undoNothing',
  'undoConflict',
  'undoConflictLarge',
  'console',
  'consoleChosen',
  'consoleMany',
  'consoleEmpty',
  'consoleAway',
  'assetsEmpty',
  'assetsFound',
  'assetTree',
  'assetTreeLarge',
  'assetFailed',
  'builds',
  'buildsFirst',
  'buildsRunning',
  'buildsMany',
  'consoleFailed',
  'preview',
  'previewCompare',
  'previewMany',
  'preview4k',
  'previewTall',
  'previewNotKept',
  'changesFailing',
  'previewUnreadable',
  'buildsFailing',
  'buildsOffline',
  'consoleOffline',
  'assetsFailing',
] as const;
const colours = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } as const;
const states = [...inChat.map((state) => [state, ''] as const), ...inPanel.map((state) => [state, '&panel'] as const)];
/** So many in one test: each tells its own, and none takes long. */
const together = 20;

for (let first = 0; first < states.length; first += together) {
  const group = states.slice(first, first + together);
  const names = `${group[0]?.[0] ?? ''} to ${group.at(-1)?.[0] ?? ''}`;

  test(`${names}: nothing is inaccessible in the dark theme or the light one`, async ({ page, gallery }) => {
    const found: string[] = [];
    await loadAxe(page);
    for (const [index, [state, more]] of group.entries()) {
      await (index === 0 ? open : showState)(page, gallery.urlOf(state, 'dark', more));
      const told = (theme: string, violations: string[]) => violations.map((one) => `${state}, ${theme}: ${one}`);
      found.push(...told('dark', await violationsOf(page, wcag)));
      // The themes differ in nothing but their colours: the state is not shown anew for the other one.
      await setTheme(page, 'light');
      found.push(...told('light', await violationsOf(page, colours)));
    }
    expect(found).toEqual([]);
  });

  test(`${names}: each fits into a narrow window, also of 320 px, and its buttons with it`, async ({
    page,
    gallery,
  }) => {
    const cut: string[] = [];
    for (const [index, [state, more]] of group.entries()) {
      await page.setViewportSize({ width: 400, height: 800 });
      await (index === 0 ? open : showState)(page, gallery.urlOf(state, 'dark', more));
      for (const width of [400, 320]) {
        await page.setViewportSize({ width, height: 800 });
        await drawn(page);
        cut.push(...(await cutOff(page)).map((what) => `${state} at ${width}: ${what}`));
      }
    }
    expect(cut).toEqual([]);
  });
}

/** What reaches over the right edge of the window: the page, or a button; below 400 px rows of buttons may scroll. */
async function cutOff(page: Page): Promise<string[]> {
  const outside = await page.locator('button:visible').evaluateAll((buttons) =>
    buttons
      .filter((button) => button.getBoundingClientRect().right > innerWidth)
      // The tab that is open is in sight.
      .filter(
        (button) =>
          innerWidth >= 400 ||
          button.closest('[role="tablist"], [aria-label="Timeline of frames"]') === null ||
          button.getAttribute('aria-selected') === 'true',
      )
      .map((button) => button.textContent),
  );
  const scrolls = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  return [...outside, ...(scrolls ? ['scrolls sideways'] : [])];
}

test('what a call waits for is read whole in a narrow window', async ({ page, gallery }) => {
  await page.setViewportSize({ width: 400, height: 800 });
  await open(page, gallery.urlOf('queue', 'dark'));
  const reasons = page.getByTestId('call-card').getByText(/^waits for/);
  await expect(reasons).toHaveCount(3);
  const cut = await reasons.evaluateAll((all) =>
    all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent),
  );
  expect(cut).toEqual([]);
});

test('what is pressed stays under the pointer, also when the press takes the notice of a waiting call away', async ({
  page,
  gallery,
}) => {
  await open(page, gallery.urlOf('approvalBuild', 'dark'));
  await page.getByTestId('composer').focus();
  const notice = page.getByText('One call waits for you');
  await expect(notice).toBeVisible();
  const approve = page.getByTestId('approval-card').getByRole('button', { name: 'Approve' });
  await approve.hover();
  const before = await approve.boundingBox();
  await page.mouse.down();
  await expect(approve).toBeFocused();
  await expect(notice).toBeVisible();
  expect(await approve.boundingBox()).toEqual(before);
  await page.mouse.up();
  await expect(notice).toBeHidden();
});

test('a change of 200 files is read and denied with the keyboard alone', async ({ page, gallery }) => {
  await open(page, gallery.urlOf('approvalManyLarge', 'dark'));
  const card = page.getByTestId('approval-card');
  await expect(card).toBeFocused();
  const file = card.getByRole('button', { name: /^Component0\.cs/ });
  await page.keyboard.press('Tab');
  await expect(file).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(file).toHaveAttribute('aria-expanded', 'true');
  await expect(card.getByRole('textbox', { name: /Component0\.cs/ })).toBeVisible();
  await page.keyboard.press('Backspace');
  await expect(card.getByRole('textbox', { name: 'Why not' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(card).toBeFocused();
});

test('an editor is chosen with the keyboard, and one that has gone meanwhile is said', async ({ page, gallery }) => {
  await open(page, gallery.urlOf('editorChoice', 'dark'));
  const card = page.getByRole('region', { name: 'Choose a Unity Editor' });
  await card.getByRole('button', { name: /^Forest/ }).focus();
  await page.keyboard.press('Tab');
  await expect(card.getByRole('button', { name: /^Harbour/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(card).toContainText('This Unity Editor is not open any more');
  await expect(card.getByRole('button', { name: 'Look again' })).toBeVisible();
});

test('a card that takes the focus is seen with its buttons, and the conversation goes on following its end', async ({
  page,
  gallery,
}) => {
  for (const size of [
    { width: 1000, height: 760 },
    { width: 400, height: 800 },
  ]) {
    await page.setViewportSize(size);
    await open(page, gallery.urlOf('approvalNew', 'dark'));
    const card = page.getByTestId('approval-card');
    await expect(card).toBeFocused();
    await expect(card.getByRole('button', { name: 'Always here' })).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole('button', { name: 'new' })).toHaveCount(0);
  }
});

test('a dialog that is closed by key gives the focus back to what opened it', async ({ page, gallery }) => {
  await open(page, gallery.urlOf('settingsData', 'dark'));
  await page.getByRole('button', { name: 'Erase…' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: /^Erase all data/ });
  await expect(dialog.getByRole('checkbox')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Erase…' })).toBeFocused();

  await open(page, gallery.urlOf('sessionDelete', 'dark'));
  await expect(page.getByRole('dialog', { name: /^Delete/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'More for Player controller' }).first()).toBeFocused();
});

test('the last change is undone by key from a screen without the panel', async ({ page, gallery }) => {
  await open(page, gallery.urlOf('undoByKey', 'dark'));
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+Alt+z');
  const newest = page.getByTestId('change-row').filter({ hasText: 'EnemyController.cs' });
  await expect(newest).toHaveAttribute('aria-expanded', 'true');
  await expect(page.getByText('Nothing to undo: the file is already as it was before this change.')).toBeVisible();
});

test('figures say where they are from without scrolling, in a window as most are', async ({ page, gallery }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await open(page, gallery.urlOf('insights', 'dark'));
  await expect(page.getByText('From the replica')).toBeInViewport({ ratio: 1 });
  // Every figure of a function says that it is a bound.
  const functions = page.getByRole('region', { name: 'Functions, table' });
  await expect(functions.getByRole('row', { name: /renderUnityPreview/ })).toContainText('≤ 750 ms');
  await expect(functions.getByRole('row', { name: /runUnityBuild/ })).toContainText('> 1 m 00 s');
});

test('charts are drawn where the language of the system is no language, as under LANG=C', async ({ page, gallery }) => {
  await page.addInitScript(
    `Object.defineProperty(Navigator.prototype, 'language', { get: () => 'en-US@posix', configurable: true })`,
  );
  await open(page, gallery.urlOf('insights', 'dark'));
  await expect(page.getByRole('slider', { name: 'Calls, day by day' }).locator('canvas')).toBeVisible();
  await open(page, gallery.urlOf('buildsMany', 'dark', '&panel'));
  await expect(
    page
      .getByRole('img', { name: /^Time of/ })
      .locator('canvas')
      .first(),
  ).toBeVisible();
});
