import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';

/** Which rules of axe are asked: all with one of the tags, or the named ones. */
export type AxeRules =
  | { readonly type: 'tag'; readonly values: readonly string[] }
  | { readonly type: 'rule'; readonly values: readonly string[] };

export const wcag: AxeRules = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] };

const axePath = createRequire(import.meta.resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js');

/**
 * Gives axe to every document that the page opens from now on. `AxeBuilder` sends it (1.5 MB) twice with each check, and
 * opens a second page to sum up: 2.4 s of a check whose rules take 0.3 s.
 */
export async function loadAxe(page: Page): Promise<void> {
  await page.addInitScript({ path: axePath });
}

/** What breaks the rules, one line each, on the page as it is now. Throws when the page has frames: they are not read. */
export async function violationsOf(page: Page, rules: AxeRules): Promise<string[]> {
  if (page.frames().length > 1) throw new Error('The page has frames, which this check does not look into.');
  // Opened before axe was loaded.
  if (!(await page.evaluate<boolean>(`'axe' in globalThis`))) await page.evaluate(await readFile(axePath, 'utf8'));
  const options = JSON.stringify({ runOnly: rules, resultTypes: ['violations'] });
  const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
    `axe.run(document, ${options}).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => ({ html })) })))`,
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
