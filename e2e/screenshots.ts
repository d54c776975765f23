import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { openSandboxEnvironment } from '../services/sandbox/demo/environment.ts';
import { buildWindow } from '../services/sandbox/demo/window.ts';
import { repositoryDir } from '../services/sandbox/stack/paths.ts';
import { runProgram } from '../shared/node/lifecycle/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { drawAnalytics } from './analyticsPicture.ts';
import { findBrowser } from './browser.ts';

/**
 * `npm run screenshots`: the real window through one story, in both themes and three widths, into `.spark/screenshots`;
 * the pictures of the README and of the user guide into `docs/images`.
 */
const widths = [400, 1000, 1600] as const;
const themes = ['dark', 'light'] as const;
const logger = makeLogger({ name: 'screenshots', level: 'error' });
const folder = join(repositoryDir, '.spark', 'screenshots');
const images = join(repositoryDir, 'docs', 'images');
const say = (line: string): void => console.error(line);

await runProgram({
  logger,
  deadlineMs: 20_000,
  async run(lifecycle) {
    await buildWindow({ signal: lifecycle.signal, onProgress: say });
    const stateDir = join(repositoryDir, '.spark', 'screenshot-stack');
    lifecycle.own('state', () => rm(stateDir, { recursive: true, force: true }));
    const environment = await openSandboxEnvironment({ lifecycle, logger, stateDir, temporary: true, onProgress: say });
    const { executablePath, args } = await findBrowser();
    const browser = await chromium.launch({ executablePath, args });
    lifecycle.own('browser', () => browser.close());
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await mkdir(images, { recursive: true });

    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
    await page.goto(environment.url);
    await page.getByTestId('composer').waitFor();
    // The first session gets the name of what was asked in it; the story has one of its own.
    await ask(page, 'What can you do?');
    await page.getByRole('article', { name: 'SPARK' }).first().waitFor();
    await page.getByRole('button', { name: 'Stop (Esc)' }).waitFor({ state: 'detached' });
    await page.getByRole('navigation', { name: 'Sessions' }).getByText('What can you do?').waitFor();
    await page.keyboard.press('ControlOrMeta+j');
    await page.getByRole('heading', { name: 'What should change in this project?' }).waitFor();
    await shoot(page, 'empty');
    await picture(page, 'start');
    await ask(page, 'Create a player controller');
    await page.getByTestId('approval-card').waitFor();
    await page.getByTestId('approval-card').locator('.cm-content').first().waitFor();
    await shoot(page, 'approval');
    await picture(page, 'approval');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('stored').first().waitFor();
    await page.getByText('Shall I attach it to the player, render a preview, or start a build?').waitFor();
    await ask(page, 'Show me the game view');
    await page.getByTestId('preview-frame').waitFor();
    await page.getByText('Tell me what to change, or ask for a build.').waitFor();
    await shoot(page, 'preview');
    await picture(page, 'window');
    await page.keyboard.press('ControlOrMeta+2');
    await page.getByTestId('change-row').first().click();
    await page.locator('.cm-content').first().waitFor();
    await shoot(page, 'changes');
    await picture(page, 'changes');
    await ask(page, 'Build for Linux');
    await page.getByTestId('approval-card').waitFor();
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.keyboard.press('ControlOrMeta+3');
    await page.getByTestId('build-card').getByText('building').waitFor();
    await shoot(page, 'building');
    await page.getByTestId('build-card').getByText('completed').waitFor({ timeout: 60_000 });
    await shoot(page, 'built');
    await picture(page, 'build');
    await page.getByRole('button', { name: 'Insights' }).click();
    await page.getByText('From the replica').waitFor();
    await page.locator('.u-over').first().waitFor();
    await shoot(page, 'insights');
    await picture(page, 'insights');
    await page.getByTestId('status-replica').click();
    await shoot(page, 'health');
    await picture(page, 'health');
    await environment.host.kill();
    await page
      .getByText(/connection|not connected/i)
      .first()
      .waitFor();
    await shoot(page, 'offline');
    await drawAnalytics({
      lifecycle,
      logger,
      browser,
      say,
      async draw(insights) {
        await shoot(insights, 'insights-api');
        await picture(insights, 'insights-api');
      },
    });
    say(`Pictures are in ${folder}`);
  },
});

async function ask(page: Page, text: string): Promise<void> {
  await page.getByTestId('composer').fill(text);
  await page.getByTestId('composer').press('Enter');
}

/** Of the documents: one size, dark. */
async function picture(page: Page, name: string): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await page.mouse.move(640, 4);
  // Where the repository is on this machine is nobody's business.
  const mask = [page.getByText(repositoryDir)];
  const maskColor = await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor);
  await page.screenshot({ path: join(images, `${name}.png`), animations: 'disabled', mask, maskColor });
}

async function shoot(page: Page, name: string): Promise<void> {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 });
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`) });
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}
