import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { violationsOf, wcag } from './axe.ts';
import { expect, say, test } from './fixtures.ts';

const path = 'Assets/Scripts/Lantern.cs';

test('a script that does not compile is shown at its line, mended after an approval, and clean', async ({
  window,
  environment,
}) => {
  const file = join(environment.projectDir, path);
  await rm(file, { force: true });
  try {
    await say(window, 'Create a script called Lantern that does not compile');
    const card = window.getByTestId('approval-card');
    await expect(card).toContainText(path);
    await card.getByRole('button', { name: 'Approve' }).click();

    const created = window.getByTestId('call-card').filter({ hasText: 'generated' });
    const errors = created.getByRole('region', { name: /^Compile errors/ });
    await expect(errors).toContainText("The name 'logEvent' does not exist in the current context");
    await expect(errors).toContainText('CS0103');
    await expect(errors.getByText('if (logEvent)')).toBeVisible();
    expect(await readFile(file, 'utf8')).toContain('if (logEvent)');

    // SPARK has read the errors and proposes the mend: one word of one line.
    await expect(card).toContainText('Mend: CS0103');
    await expect(errors).toHaveAccessibleName('Compile errors: 1 compile error · mending (1 of 3)');
    expect(await violationsOf(window, wcag)).toEqual([]);

    // A click on the place opens the file at that line.
    const line = (await readFile(file, 'utf8')).split('\n').findIndex((text) => text.includes('if (logEvent)')) + 1;
    await errors.getByRole('button', { name: `Show line ${line} of ${path}` }).click();
    await expect(window.getByRole('tab', { name: /^Changes/ })).toHaveAttribute('aria-selected', 'true');
    await expect(
      window.getByRole('tabpanel').locator('.cm-line').filter({ hasText: 'if (logEvent)' }),
    ).toBeInViewport();

    await card.getByRole('button', { name: 'Approve' }).click();
    await expect(card).toBeHidden();
    await expect(errors).toHaveAccessibleName('Compile errors: all mended');
    await expect(window.getByRole('article', { name: 'SPARK' }).last()).toContainText('compiles');
    expect(await readFile(file, 'utf8')).toContain('if (logEvents)');
    await window.getByRole('tab', { name: 'Console' }).click();
    await expect(window.getByRole('option', { name: /Lantern\.cs.*CS0103|CS0103.*Lantern\.cs/ })).toHaveCount(0);
  } finally {
    await rm(file, { force: true });
    await rm(`${file}.meta`, { force: true });
  }
});
