import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { PNG } from 'pngjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { writeText } from './editor/files.ts';
import { startUnitySimulator, type UnitySimulator } from './index.ts';

const resultSchema = z.object({
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional(), data: z.string().optional() })),
  isError: z.boolean().optional(),
});
const bodySchema = z.looseObject({ success: z.boolean(), data: z.unknown().optional() });
type Result = z.infer<typeof resultSchema>;
type Body = z.infer<typeof bodySchema>;

const player = (speed: string): string =>
  `using UnityEngine;\n\npublic class PlayerController : MonoBehaviour\n{\n    public float speed = ${speed}\n}\n`;
const scriptPath = 'Assets/Scripts/PlayerController.cs';

let root: string;
let simulator: UnitySimulator;
let client: Client;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'spark-unity-'));
  simulator = await startUnitySimulator({
    projectDir: join(root, 'SparkSample'),
    compileMs: 5,
    reloadMs: 5,
    buildMs: 20,
    token: 'let-me-in',
    control: true,
    waits: { pollMs: 5, commandMs: 300, readyMs: 300, sessionMs: 300 },
  });
  client = new Client({ name: 'simulator-test', version: '1.0.0' });
  const headers = { authorization: 'Bearer let-me-in' };
  await client.connect(new StreamableHTTPClientTransport(new URL(simulator.url), { requestInit: { headers } }));
}, 30_000);

afterEach(async () => {
  await client.close();
  await simulator.close();
  rmSync(root, { recursive: true, force: true });
});

async function call(name: string, args: Record<string, unknown>): Promise<Result> {
  return resultSchema.parse(await client.callTool({ name, arguments: args }));
}

async function body(name: string, args: Record<string, unknown>): Promise<Body> {
  return bodySchema.parse(JSON.parse((await call(name, args)).content[0]?.text ?? ''));
}

const create = (contents: string): Promise<Body> => body('create_script', { path: scriptPath, contents });
const onDisk = (path: string): string => readFileSync(join(simulator.projectDir, path), 'utf8');

async function frame(args: Record<string, unknown> = {}): Promise<PNG> {
  const shot = { action: 'screenshot', include_image: true, max_resolution: 160, output_folder: 'Captures', ...args };
  const image = (await call('manage_camera', shot)).content.find((block) => block.type === 'image');
  return PNG.sync.read(Buffer.from(image?.data ?? '', 'base64'));
}

describe('frames', () => {
  it('are the same for the same scene and no wider than asked', async () => {
    const [first, second] = [await frame(), await frame()];
    expect([first.width, first.height]).toEqual([160, 90]);
    expect(first.data.equals(second.data)).toBe(true);
    expect(new Set(first.data).size).toBeGreaterThan(50);
  });

  it('change when a script comes, when its number changes and when a material changes', async () => {
    const empty = await frame();
    await create(player('5f;'));
    await simulator.editor.whenIdle();
    const slow = await frame();
    writeText(join(simulator.projectDir, scriptPath), player('12f;'));
    await body('refresh_unity', { compile: 'request' });
    const fast = await frame();
    const material = join(simulator.projectDir, 'Assets/Materials/Player.mat');
    writeText(material, readFileSync(material, 'utf8').replace('r: 0.2', 'r: 0.9'));
    const red = await frame();
    expect(empty.data.equals(slow.data)).toBe(false);
    expect(slow.data.equals(fast.data)).toBe(false);
    expect(fast.data.equals(red.data)).toBe(false);
  });

  it('are written into the project', async () => {
    const text = (await call('manage_camera', { action: 'screenshot', include_image: true, max_resolution: 64 }))
      .content[0];
    const { data } = z
      .object({ data: z.object({ path: z.string(), fullPath: z.string() }) })
      .parse(JSON.parse(text?.text ?? ''));
    expect(PNG.sync.read(readFileSync(data.fullPath)).width).toBe(64);
    expect(onDisk(`${data.path}.meta`)).toContain('TextureImporter');
  });
});

describe('compiling', () => {
  const errors = async (): Promise<unknown> => (await body('read_console', { types: ['error'], format: 'json' })).data;

  it('tells a syntax error with file, line, column and code, and takes it back once mended', async () => {
    await create(player('5f'));
    await simulator.editor.whenIdle();
    const message = `${scriptPath}(5,28): error CS1002: ; expected`;
    expect(await errors()).toEqual([{ type: 'Error', message, file: scriptPath, line: 5, stackTrace: null }]);
    writeText(join(simulator.projectDir, scriptPath), player('5f;'));
    await body('refresh_unity', { compile: 'request' });
    expect(await errors()).toEqual([]);
  });

  it('tells a name that nothing declares, unless another script does', async () => {
    await create(player('sped;'));
    await simulator.editor.whenIdle();
    const text = "error CS0103: The name 'sped' does not exist in the current context";
    expect(await errors()).toMatchObject([{ message: `${scriptPath}(5,26): ${text}`, file: scriptPath, line: 5 }]);
    writeText(join(simulator.projectDir, 'Assets/Scripts/sped.cs'), 'public static class sped { }\n');
    await body('refresh_unity', { compile: 'request' });
    expect(await errors()).toEqual([]);
  });

  it('reports what is wrong in a body only when every file parses', async () => {
    await create(player('sped;'));
    writeText(join(simulator.projectDir, 'Assets/Scripts/Other.cs'), 'public class Other { int a = 1 }\n');
    await body('refresh_unity', { compile: 'request' });
    expect(await errors()).toMatchObject([{ message: expect.stringContaining('CS1002') }]);
  });

  it('warns when the class is not named as its file', async () => {
    await body('create_script', { path: 'Assets/Scripts/Other.cs', contents: player('5f;') });
    await simulator.editor.whenIdle();
    const { data } = await body('read_console', { types: ['warning'] });
    expect(data).toEqual([expect.stringContaining("'PlayerController'")]);
  });

  it('moves the compile and reload times and gives the editor a new session', async () => {
    const session = simulator.editor.connection.sessionId();
    const state = async (): Promise<Record<string, number | null>> => {
      const reply = await simulator.editor.execute({ name: 'get_editor_state', params: {} });
      const schema = z.object({
        result: z.object({ data: z.object({ compilation: z.looseObject({}) }) }),
      });
      const { compilation } = schema.parse(reply).result.data;
      return z
        .record(z.string(), z.number().nullable())
        .parse({ ...compilation, is_compiling: 0, is_domain_reload_pending: 0 });
    };
    expect((await state())['last_compile_finished_unix_ms']).toBeNull();
    await create(player('5f;'));
    await simulator.editor.whenIdle();
    const after = await state();
    expect(after['last_compile_finished_unix_ms']).toBeGreaterThanOrEqual(
      after['last_compile_started_unix_ms'] ?? Infinity,
    );
    expect(after['last_domain_reload_after_unix_ms']).toBeGreaterThanOrEqual(
      after['last_domain_reload_before_unix_ms'] ?? Infinity,
    );
    expect(simulator.editor.connection.sessionId()).not.toBe(session);
  });
});

describe('builds', () => {
  const statusSchema = z.object({
    data: z.object({
      result: z.string(),
      output_path: z.string(),
      error: z.string().optional(),
      errors: z.int().optional(),
    }),
  });

  async function build(): Promise<z.infer<typeof statusSchema>['data']> {
    const { data } = await body('manage_build', { action: 'build', target: 'linux64' });
    const { job_id } = z.object({ job_id: z.string() }).parse(data);
    return await vi.waitFor(
      async () => {
        const status = statusSchema.parse(await body('manage_build', { action: 'status', job_id })).data;
        expect(['succeeded', 'failed']).toContain(status.result);
        return status;
      },
      { timeout: 5000, interval: 10 },
    );
  }

  it('write a player and say its size', async () => {
    const status = await build();
    expect(status.result).toBe('succeeded');
    expect(statSync(join(simulator.projectDir, status.output_path)).size).toBeGreaterThan(1_000_000);
  });

  it('fail while scripts do not compile, yet answer success', async () => {
    await create(player('5f'));
    await simulator.editor.whenIdle();
    const status = await build();
    expect(status).toMatchObject({
      result: 'failed',
      error: 'Error building Player because scripts had compiler errors',
    });
  });

  it('refuse an output outside the project', async () => {
    const reply = await body('manage_build', { action: 'build', target: 'linux64', output_path: '../../away' });
    expect(reply.success).toBe(false);
  });
});

describe('faults', () => {
  it('a late write answers TimeoutError and lands afterwards', async () => {
    simulator.editor.faults.add({ kind: 'late_write', command: 'manage_script', action: 'create', ms: 400 });
    expect(await create(player('5f;'))).toMatchObject({ success: false, error: 'TimeoutError', hint: 'retry' });
    await vi.waitFor(() => expect(onDisk(scriptPath)).toContain('speed = 5f'), { timeout: 5000, interval: 10 });
  });

  it('a frozen editor answers nothing until it is thawed', async () => {
    simulator.editor.freeze();
    expect(await body('get_sha', { uri: scriptPath })).toMatchObject({ error: 'TimeoutError' });
    simulator.editor.thaw();
    expect(await body('get_sha', { uri: scriptPath })).toMatchObject({ error: `Script not found at '${scriptPath}'.` });
  });

  it('a closed editor leaves the list of instances and its calls are not sent', async () => {
    await body('get_sha', { uri: scriptPath });
    simulator.editor.closeEditor();
    const list = await (await fetch(simulator.url.replace('/mcp', '/api/instances'))).json();
    expect(list).toEqual({ success: true, instances: [] });
    const refused = await body('get_sha', { uri: scriptPath });
    expect(refused).toMatchObject({ hint: 'retry', data: { reason: 'no_unity_session' } });
  });

  it('are switched on over the control path', async () => {
    const control = simulator.url.replace('/mcp', '/sim/faults');
    const post = (fault: unknown): Promise<Response> => fetch(control, { method: 'POST', body: JSON.stringify(fault) });
    expect((await post({ kind: 'explode' })).status).toBe(400);
    expect((await post({ kind: 'error', command: 'manage_script', error: 'boom' })).status).toBe(200);
    expect(await body('get_sha', { uri: scriptPath })).toMatchObject({ success: false, error: 'boom' });
  });
});

describe('HTTP', () => {
  const post = (headers: Record<string, string>): Promise<Response> =>
    fetch(simulator.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
  const token = { 'x-api-key': 'let-me-in' };

  it('refuses an unknown session, a missing one and a missing token as captured', async () => {
    const unknown = await post({ ...token, 'mcp-session-id': 'nope' });
    expect([unknown.status, await unknown.json()]).toEqual([
      404,
      { jsonrpc: '2.0', id: 'server-error', error: { code: -32_600, message: 'Session not found' } },
    ]);
    const missing = await post(token);
    expect([missing.status, await missing.json()]).toEqual([
      400,
      { jsonrpc: '2.0', id: 'server-error', error: { code: -32_600, message: 'Bad Request: Missing session ID' } },
    ]);
    expect((await post({})).status).toBe(401);
  });

  it('answers /health with the package version', async () => {
    const health = await (await fetch(simulator.url.replace('/mcp', '/health'))).json();
    expect(health).toMatchObject({ status: 'healthy', version: '10.1.0' });
  });
});
