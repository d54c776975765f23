import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { contextOf, startHarness, type Harness } from './testing/harness.ts';
import type { BuildStatus } from './types.ts';

let harness: Harness;
const folders: string[] = [];
afterEach(async () => {
  await harness.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** Starts a build; `begun` resolves when Unity has been seen to work at it. */
function startBuild(outputPath?: string) {
  const statuses: BuildStatus[] = [];
  const leaving = new AbortController();
  const end = harness.unity.unityRunBuild(
    { target: 'linux64', development: false, outputPath },
    { ...contextOf(leaving.signal), onProgress: (status) => void statuses.push(status) },
  );
  end.catch(() => undefined);
  return {
    end,
    statuses,
    leave: () => leaving.abort(),
    begun: () => expect.poll(() => statuses.at(-1)?.phase, { timeout: 10_000 }).toBe('building'),
  };
}
const follow = (status: BuildStatus | undefined, startedAtMs: number) =>
  harness.unity.unityFollowBuild(
    {
      jobId: status?.jobId ?? '',
      startedAtMs,
      outputPath: status?.outputPath ?? null,
      ...(status?.before === undefined ? {} : { before: status.before }),
    },
    { ...contextOf(), onProgress: () => undefined },
  );
const isKnown = async (jobId: string | undefined): Promise<boolean> => {
  const reply = await harness.unity.client.call('manage_build', { action: 'status', job_id: jobId ?? '' });
  return reply.kind === 'reply';
};

describe('a build whose job Unity forgot in a domain reload', () => {
  it('is found again by its report', async () => {
    harness = await startHarness();
    await startBuild('Builds/First').end;
    const build = startBuild('Builds/Game');
    await build.begun();
    await harness.simulator.editor.reload();
    expect(await build.end).toMatchObject({ state: 'succeeded', phase: 'done', outputPath: 'Builds/Game' });
    expect(await isKnown(build.statuses[0]?.jobId)).toBe(false);
  });

  it('is found again by its console line where Unity keeps no report', async () => {
    harness = await startHarness({ simulator: { keepsBuildReport: false } });
    const build = startBuild('Builds/Game');
    await build.begun();
    await harness.simulator.editor.reload();
    expect(await build.end).toMatchObject({ state: 'succeeded', outputPath: 'Builds/Game', sizeBytes: null });
  });

  it('before it began has an outcome that is not known, and no file', async () => {
    harness = await startHarness({ adapter: { buildPollMs: 400 } });
    await startBuild('Builds/Game').end;
    await rm(join(harness.simulator.projectDir, 'Builds'), { recursive: true });
    const build = startBuild('Builds/Game');
    await expect.poll(() => build.statuses.length).toBe(1);
    await harness.simulator.editor.reload();
    const end = await build.end;
    expect(end).toMatchObject({ state: 'failed', phase: 'lost' });
    expect(end.reason).toMatch(/^Outcome not known: .*Builds\/Game.*Editor\.log/);
    expect(await readdir(harness.simulator.projectDir)).not.toContain('Builds');
  });
});

describe('a build during which Unity was closed', () => {
  it('has an outcome that is not known, even though an earlier one to the same place succeeded', async () => {
    harness = await startHarness({ simulator: { buildMs: 1_000 } });
    expect(await startBuild('Builds/Game').end).toMatchObject({ state: 'succeeded' });
    const build = startBuild('Builds/Game');
    await build.begun();
    harness.simulator.editor.killEditor();
    await expect.poll(() => build.statuses.at(-1)?.phase, { timeout: 10_000 }).toBe('Unity is away');
    harness.simulator.editor.openEditor();
    const end = await build.end;
    expect(end).toMatchObject({ state: 'failed', phase: 'lost', sizeBytes: null });
    expect(end.reason).toContain('Outcome not known');
  });

  it('and then SPARK, too, is not ended by the report of the one before', async () => {
    harness = await startHarness({ simulator: { buildMs: 1_000 } });
    await startBuild('Builds/Game').end;
    const build = startBuild('Builds/Game');
    const startedAtMs = Date.now();
    await build.begun();
    build.leave();
    await expect(build.end).rejects.toMatchObject({ code: 'cancelled' });
    harness.simulator.editor.killEditor();
    harness.simulator.editor.openEditor();
    expect(await follow(build.statuses.at(-1), startedAtMs)).toMatchObject({ state: 'failed', phase: 'lost' });
  });
});

describe('a build that nobody waits for any more', () => {
  it('goes on in Unity, which cannot cancel it, and is found at its end', async () => {
    harness = await startHarness({ simulator: { buildMs: 700 } });
    const build = startBuild('Builds/Game');
    const startedAtMs = Date.now();
    await build.begun();
    build.leave();
    await expect(build.end).rejects.toMatchObject({ code: 'cancelled' });
    const jobId = build.statuses.at(-1)?.jobId ?? '';
    const cancel = await harness.unity.client.call('manage_build', { action: 'cancel', job_id: jobId });
    expect(cancel).toMatchObject({ kind: 'failed', message: expect.stringContaining('Cannot cancel') as string });
    expect(await follow(build.statuses.at(-1), startedAtMs)).toMatchObject({ state: 'succeeded' });
  });
});

describe('the output of a build', () => {
  it('is never written through a link that leads out of the project, or into a folder of Unity', async () => {
    harness = await startHarness();
    const { projectDir } = harness.simulator;
    const outside = await mkdtemp(join(tmpdir(), 'spark-outside-'));
    folders.push(outside);
    await mkdir(join(projectDir, 'Out'));
    await symlink(outside, join(projectDir, 'Linked'));
    await symlink(outside, join(projectDir, 'Out/Linked'));
    await symlink(join(outside, 'nowhere'), join(projectDir, 'Dangling'));
    await symlink(join(projectDir, 'Assets'), join(projectDir, 'ToAssets'));
    await symlink(outside, join(projectDir, 'Builds'));
    for (const path of ['Linked/Game', 'Linked', 'Out/Linked/Game', 'Dangling/Game', 'ToAssets/Game']) {
      await expect(startBuild(path).end, path).rejects.toMatchObject({ code: 'invalid_input' });
    }
    await expect(startBuild().end).rejects.toMatchObject({ code: 'unity_rejected' });
    expect(await readdir(outside)).toEqual([]);
    await symlink(join(projectDir, 'Out'), join(projectDir, 'Inside'));
    expect(await startBuild('Inside/Game').end).toMatchObject({ state: 'succeeded' });
    expect(await readdir(join(projectDir, 'Out'))).toContain('Game');
  });
});
