import { existsSync, writeFileSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { makeMemoryLedger, scriptOf, startHarness, type Harness, type MemoryLedger } from './testing/harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const path = 'Assets/Scripts/Hero.cs';
const texture = 'Assets/Textures/Crate.png';
const exists = (file: string): Promise<boolean> =>
  access(join(harness.simulator.editor.projectDir, file)).then(
    () => true,
    () => false,
  );
const bytes = (file: string): Promise<Buffer> => readFile(join(harness.simulator.editor.projectDir, file));

describe('deleting', () => {
  it('a script keeps its text and .meta with the intent, then removes both', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    const meta = await bytes(`${path}.meta`);
    const plan = await harness.unity.planDelete({ path }, harness.context);
    expect(plan).toMatchObject({ before: scriptOf('Hero'), metaKept: true, warnings: [] });
    const outcome = await harness.unity.unityDeleteAsset(plan, harness.context);
    expect(outcome.compile).toMatchObject({ status: 'ok' });
    expect([await exists(path), await exists(`${path}.meta`)]).toEqual([false, false]);
    const { entry, outcome: fate } = harness.ledger.entries.get(outcome.writeId) ?? {};
    expect(fate).toBe('applied');
    expect(entry?.keep?.map((file) => file.path)).toEqual([path, `${path}.meta`]);
    expect(Buffer.from(entry?.keep?.[1]?.bytes ?? []).equals(meta)).toBe(true);
  });

  it('a texture is brought back byte for byte with its guid', async () => {
    harness = await startHarness();
    const before = await bytes(texture);
    const asset = await harness.unity.unityIngestAsset({ path: texture }, harness.context);
    const plan = await harness.unity.planDelete({ path: texture }, harness.context);
    expect(plan.before).toBeNull();
    await harness.unity.unityDeleteAsset(plan, harness.context);
    expect(await exists(texture)).toBe(false);
    const restore = { path: texture, sha256After: plan.sha256Before, after: null, files: plan.keep };
    await harness.unity.unityRestoreAsset(restore, harness.context);
    expect((await bytes(texture)).equals(before)).toBe(true);
    const again = await harness.unity.unityIngestAsset({ path: texture }, harness.context);
    expect(again.guid).toBe(asset.guid);
  });

  it('refuses a folder and what is not there', async () => {
    harness = await startHarness();
    await expect(harness.unity.planDelete({ path: 'Assets/Textures' }, harness.context)).rejects.toMatchObject({
      code: 'unity_rejected',
    });
    await expect(harness.unity.planDelete({ path: 'Assets/Nope.png' }, harness.context)).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(harness.unity.planDelete({ path: '../secret.txt' }, harness.context)).rejects.toMatchObject({
      code: 'path_outside_assets',
    });
  });

  it('refuses a .meta and names the asset that it belongs to', async () => {
    harness = await startHarness();
    for (const meta of [`${texture}.meta`, `${texture}.META`])
      await expect(harness.unity.planDelete({ path: meta }, harness.context)).rejects.toMatchObject({
        code: 'unity_rejected',
        message: expect.stringContaining(texture),
        data: { asset: texture },
      });
  });

  it('a file that was edited after the plan is left alone', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    const plan = await harness.unity.planDelete({ path }, harness.context);
    await harness.putOnDisk(path, scriptOf('Hero', '    // mine\n'));
    await expect(harness.unity.unityDeleteAsset(plan, harness.context)).rejects.toMatchObject({ code: 'stale_file' });
    expect(await harness.disk(path)).toBe(scriptOf('Hero', '    // mine\n'));
  });

  it.each([undefined, '/no/such/folder'])(
    'a script that was edited after the last look is left alone (folder: %s)',
    async (projectRoot) => {
      const ledger = makeMemoryLedger();
      const inBetween: MemoryLedger = {
        ...ledger,
        // The intent is the last thing before the deletion is sent.
        intend(entry) {
          ledger.intend(entry);
          if (entry.sha256After === null)
            writeFileSync(join(harness.simulator.projectDir, path), scriptOf('Hero', '    // mine\n'));
        },
      };
      harness = await startHarness({
        ledger: inBetween,
        adapter: projectRoot === undefined ? {} : { projectRoot },
      });
      await harness.generate('Hero', scriptOf('Hero'));
      const plan = await harness.unity.planDelete({ path }, harness.context);
      await expect(harness.unity.unityDeleteAsset(plan, harness.context)).rejects.toMatchObject({ code: 'stale_file' });
      expect(await harness.disk(path)).toBe(scriptOf('Hero', '    // mine\n'));
      expect(ledger.outcomes()).toEqual(['applied', 'not_applied']);
    },
  );

  it('a restoration that is cancelled once the file is back counts as made', async () => {
    harness = await startHarness();
    const before = await bytes(texture);
    const plan = await harness.unity.planDelete({ path: texture }, harness.context);
    await harness.unity.unityDeleteAsset(plan, harness.context);
    const controller = new AbortController();
    const watching = setInterval(() => {
      if (existsSync(join(harness.simulator.editor.projectDir, texture))) controller.abort();
    }, 1);
    harness.simulator.editor.faults.add({ kind: 'no_answer', command: 'refresh_unity' });
    const restore = { path: texture, sha256After: plan.sha256Before, after: null, files: plan.keep };
    await harness.unity
      .unityRestoreAsset(restore, { ...harness.context, signal: controller.signal })
      .catch(() => undefined)
      .finally(() => clearInterval(watching));
    expect((await bytes(texture)).equals(before)).toBe(true);
    expect(harness.ledger.outcomes()).toEqual(['applied', 'applied']);
  });

  it('never overwrites what is at the path of a restored file', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    const plan = await harness.unity.planDelete({ path }, harness.context);
    await harness.unity.unityDeleteAsset(plan, harness.context);
    await harness.putOnDisk(path, '// another\n');
    const restore = { path, sha256After: plan.sha256Before, after: plan.before, files: plan.keep };
    await expect(harness.unity.unityRestoreAsset(restore, harness.context)).rejects.toMatchObject({
      code: 'stale_file',
    });
    expect(await harness.disk(path)).toBe('// another\n');
  });

  it.each(['drop_before_write', 'drop_after_write', 'late_write'] as const)(
    'a lost reply (%s) ends with the file gone once',
    async (kind) => {
      harness = await startHarness();
      await harness.generate('Hero', scriptOf('Hero'));
      const plan = await harness.unity.planDelete({ path }, harness.context);
      harness.simulator.editor.faults.add({ kind, command: 'manage_script', action: 'delete', ms: 200 });
      await harness.unity.unityDeleteAsset(plan, harness.context);
      expect(await exists(path)).toBe(false);
      expect(harness.ledger.outcomes()).toEqual(['applied', 'applied']);
    },
  );
});
