import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { makeUnityEditorSim, type UnityEditorSim } from '../../sandbox/unity/index.ts';
import { makeUnityAdapter, type UnityConnection } from './index.ts';
import { startFront, type Front, type FrontOptions } from './testing/front.ts';
import { contextOf, makeMemoryLedger, quiet, scriptOf, startHarness } from './testing/harness.ts';

const releases: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).toReversed()) await release();
});

async function editor(): Promise<UnityEditorSim> {
  const projectDir = await mkdtemp(join(tmpdir(), 'spark-unity-'));
  const made = await makeUnityEditorSim({ projectDir, compileMs: 60, reloadMs: 60 });
  releases.push(async () => {
    await made.close();
    await rm(projectDir, { recursive: true, force: true });
  });
  return made;
}

async function front(editors: readonly UnityEditorSim[], options: Omit<FrontOptions, 'editors'> = {}): Promise<Front> {
  const started = await startFront({ editors, ...options });
  releases.push(() => started.close().catch(() => undefined));
  return started;
}

function connect(url: string, extra: { instance?: string; token?: string } = {}): UnityConnection {
  const ledger = makeMemoryLedger();
  const unity = makeUnityAdapter({ url, ledger, logger: quiet, pollMs: 100, fastPollMs: 50, ...extra });
  releases.push(() => unity.close());
  return unity;
}

const write = async (unity: UnityConnection, name: string) => {
  const context = contextOf();
  const plan = await unity.planScript({ name, contents: scriptOf(name) }, context);
  return await unity.unityGenerateScript(plan, context);
};
const readConsole = (unity: UnityConnection) => unity.readConsole({ types: ['error'], count: 5 }, contextOf());

describe('the MCP server', () => {
  it('that restarted is used again in a new session', async () => {
    const unityEditor = await editor();
    const first = await front([unityEditor], { alone: true });
    const unity = connect(first.url);
    await write(unity, 'First');
    await first.close();
    await expect.poll(() => unity.editor.status().kind).toBe('server_away');
    await front([unityEditor], { port: Number(new URL(first.url).port) });
    await expect.poll(() => unity.editor.status().kind).toBe('ready');
    expect(await write(unity, 'Second')).toMatchObject({ created: true, compile: { status: 'ok' } });
  });

  it('that restarted between two looks is used again at once', async () => {
    const unityEditor = await editor();
    const first = await front([unityEditor], { alone: true });
    const unity = connect(first.url);
    await readConsole(unity);
    await first.close();
    await front([unityEditor], { port: Number(new URL(first.url).port) });
    expect(await write(unity, 'Second')).toMatchObject({ created: true });
  });

  it('that is away gives unity_unavailable at once and says what to do', async () => {
    const unityEditor = await editor();
    const started = await front([unityEditor], { alone: true });
    await started.close();
    const unity = connect(started.url);
    await expect(readConsole(unity)).rejects.toMatchObject({ code: 'unity_unavailable' });
    expect(unity.editor.status()).toMatchObject({ kind: 'server_away', instanceId: null });
    expect(unity.editor.status().detail).toContain('Start it');
  });
});

describe('the editor', () => {
  it('that closed is told, and followed when it is open again', async () => {
    const harness = await startHarness({ simulator: { reloadMs: 60 } });
    releases.push(() => harness.close());
    await harness.generate('First', scriptOf('First'));
    const seen: string[] = [];
    harness.unity.editor.subscribe(({ kind }) => seen.push(kind));
    harness.simulator.editor.closeEditor();
    await expect.poll(() => harness.unity.editor.status().kind, { timeout: 15_000 }).toBe('no_editor');
    await expect(readConsole(harness.unity)).rejects.toMatchObject({ code: 'unity_no_editor' });
    harness.simulator.editor.openEditor();
    await expect.poll(() => harness.unity.editor.status().kind).toBe('ready');
    expect(await harness.generate('Second', scriptOf('Second'))).toMatchObject({ created: true });
    expect(seen).toContain('no_editor');
  });

  it('that reloads in the middle is waited for', async () => {
    const harness = await startHarness({ simulator: { reloadMs: 400 } });
    releases.push(() => harness.close());
    await readConsole(harness.unity);
    const reload = harness.simulator.editor.reload();
    expect(await harness.generate('Hero', scriptOf('Hero'))).toMatchObject({ created: true });
    await reload;
  });

  it('that is blocked by a dialog is told as not answering, and comes back', async () => {
    const harness = await startHarness();
    releases.push(() => harness.close());
    await readConsole(harness.unity);
    harness.simulator.editor.freeze();
    await expect.poll(() => harness.unity.editor.status().kind, { timeout: 5_000 }).toBe('not_answering');
    harness.simulator.editor.thaw();
    await expect.poll(() => harness.unity.editor.status().kind, { timeout: 5_000 }).toBe('ready');
  });

  it('must be chosen when there are two, and the other project is then never written to', async () => {
    const [mine, other] = [await editor(), await editor()];
    const { url } = await front([mine, other]);
    const unity = connect(url);
    await expect(readConsole(unity)).rejects.toMatchObject({ code: 'unity_select_instance' });
    expect(unity.editor.status().kind).toBe('choose_instance');
    await unity.chooseInstance(mine.projectHash);
    expect(await write(unity, 'Mine')).toMatchObject({ created: true });
    mine.closeEditor();
    await expect.poll(() => unity.editor.status().kind, { timeout: 15_000 }).toBe('no_editor');
    expect(unity.editor.status().detail).toContain(other.projectName);
    await expect(write(unity, 'Theirs')).rejects.toMatchObject({ code: 'unity_no_editor' });
  });
});

describe('a remote-hosted server', () => {
  it('gets the key, lists the editors in a resource, and is written to', async () => {
    const unityEditor = await editor();
    const { url } = await front([unityEditor], { apiKey: 'right-key' });
    const unity = connect(url, { token: 'right-key' });
    await expect.poll(() => unity.editor.status().kind, { timeout: 10_000 }).toBe('ready');
    expect(await unity.client.instances()).toBe('unsupported');
    expect(await write(unity, 'Remote')).toMatchObject({ created: true, compile: { status: 'ok' } });
  });

  it('that refuses the key is told as such', async () => {
    const { url } = await front([await editor()], { apiKey: 'right-key' });
    const unity = connect(url, { token: 'wrong-key' });
    expect(await unity.client.readResource('mcpforunity://instances')).toMatchObject({ code: 'unauthorized' });
    expect(await unity.client.call('read_console', { action: 'get' })).toMatchObject({ code: 'unauthorized' });
    await expect(readConsole(unity)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(unity.editor.status()).toMatchObject({
      kind: 'server_away',
      detail: expect.stringContaining('refuses the key') as string,
    });
  });
});

describe('a call', () => {
  it('that is cancelled while it waits is never sent', async () => {
    const harness = await startHarness();
    releases.push(() => harness.close());
    const plan = await harness.unity.planScript({ name: 'Hero', contents: scriptOf('Hero') }, harness.context);
    const controller = new AbortController();
    controller.abort();
    const cancelled = harness.unity.unityGenerateScript(plan, contextOf(controller.signal));
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(harness.ledger.entries.size).toBe(0);
  });

  it('in flight ends when the adapter closes', async () => {
    const harness = await startHarness();
    releases.push(() => harness.close());
    await readConsole(harness.unity);
    harness.simulator.editor.freeze();
    const reading = readConsole(harness.unity);
    const ended = expect(reading).rejects.toMatchObject({ code: expect.stringMatching(/cancelled|unity_busy/) });
    await harness.unity.close();
    await ended;
    await expect(readConsole(harness.unity)).rejects.toMatchObject({ code: 'cancelled' });
    harness.simulator.editor.thaw();
  });
});
