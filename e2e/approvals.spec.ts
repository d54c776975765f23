import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { everywhere, expect, say, test } from './fixtures.ts';

const path = 'Assets/Scripts/Beacon.cs';

test(
  'an approval that waits is seen from everywhere, and what was begun on it is there again',
  everywhere,
  async ({ window, environment }) => {
    const file = join(environment.projectDir, path);
    await rm(file, { force: true });
    const approval = window.getByTestId('approval-card');
    await say(window, 'Create a script called Beacon that turns slowly');
    await expect(approval).toBeFocused();
    await window.keyboard.press('e');
    const editor = approval.getByRole('textbox', { name: `Edit ${path}` });
    await expect(editor).toBeFocused();
    await window.keyboard.press('ControlOrMeta+Home');
    await window.keyboard.type('class {\n');

    // A slip of one's own hand is told, and nothing of the text is lost.
    await window.keyboard.press('ControlOrMeta+Enter');
    await expect(approval).toContainText('does not parse as you edited it, line 1');

    await window.keyboard.press('ControlOrMeta+,');
    await expect(window.getByText('One call waits for you')).toBeVisible();
    await window.keyboard.press('ControlOrMeta+j');
    await expect(window.getByRole('heading', { name: 'What should change in this project?' })).toBeVisible();
    await expect(window.getByTestId('waiting-elsewhere')).toContainText('Create a script called Beacon');
    await expect(window.getByRole('navigation', { name: 'Sessions' }).getByText('waits for you')).toBeVisible();
    await window.reload();
    // Keys are heard when what they are about is known.
    await expect(window.getByTestId('waiting-elsewhere')).toBeVisible();
    await window.keyboard.press('Alt+a');
    await expect(editor).toContainText('class {');

    await editor.press('ControlOrMeta+Home');
    await window.keyboard.press('Shift+End');
    await window.keyboard.type('// by hand');
    await window.keyboard.press('ControlOrMeta+Enter');
    await expect(window.getByText('Beacon.cs generated').first()).toBeVisible();
    expect((await readFile(file, 'utf8')).split('\n', 1)[0]).toBe('// by hand');
    await window.keyboard.press('ControlOrMeta+2');
    await window.getByTestId('change-row').click();
    await expect(window.getByText(/^By .*, edited by you/)).toBeVisible();
  },
);
