import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sha256Of, writeText } from './editor/files.ts';
import { startUnitySimulator, type Fault, type UnitySimulator } from './index.ts';

const exchangeSchema = z.object({
  tool: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  clientResult: z.record(z.string(), z.unknown()),
});
const base =
  'using UnityEngine;\n\npublic class PlayerController : MonoBehaviour\n{\n    public float speed = 5f;\n\n    void Update()\n    {\n        transform.Translate(Vector3.forward * speed * Time.deltaTime);\n    }\n}\n';
const withHeader = `// header\n${base}`;
const versions = [base, withHeader, withHeader.replace('5f', '6f'), withHeader.replace('5f', '7f')];
const classA = 'public class A\n{\n}\n';

const folder = new URL('captures/exchanges/', import.meta.url);
const read = (name: string): z.infer<typeof exchangeSchema> =>
  exchangeSchema.parse(JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')));

/** Scripts in the project before an exchange, where it is not the plain PlayerController. */
const scriptsBefore: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'create_script-ok': {},
  'validate_script-errors': { Broken: 'public class Bad {\n  void A() {\n' },
  'validate_script-warnings': { Warn: 'class Warn { void A() { GetComponent<Rigidbody>().mass = 1; } }\n' },
  'manage_script-read-ok': { Spawner: 'using UnityEngine;\npublic class Spawner : MonoBehaviour\n{\n}\n' },
  'manage_script-delete-ok': { Spawner: 'using UnityEngine;\npublic class Spawner : MonoBehaviour\n{\n}\n' },
  'apply_text_edits-drop-before-write': { A: classA },
  'apply_text_edits-drop-after-write': { A: classA },
};
const faultsBefore: Readonly<Record<string, Fault>> = {
  'create_script-drop-after-write': { kind: 'drop_after_write', command: 'manage_script', ms: 30 },
  'create_script-drop-before-write': { kind: 'drop_before_write', command: 'manage_script', ms: 30 },
  'apply_text_edits-drop-after-write': { kind: 'drop_after_write', command: 'manage_script', ms: 30 },
  'apply_text_edits-drop-before-write': { kind: 'drop_before_write', command: 'manage_script', ms: 30 },
  'create_script-editor-side-timeout': {
    kind: 'error',
    command: 'manage_script',
    error: "Command 'manage_script' timed out after 30 seconds",
  },
};
const cases: Readonly<Record<string, string>> = {
  apply_text_edits:
    'ok no-precondition stale-file unbalanced out-of-range overlap preview using-guard using-guard-refused two-edits lsp-range no-op missing-file missing-field zero-based-strict drop-before-write drop-after-write',
  batch_execute: 'empty too-many inner-unity-instance unknown-tool',
  create_script:
    'ok exists bad-extension bad-name outside-assets traversal unbalanced missing-argument unknown-argument wrong-type drop-after-write drop-before-write editor-side-timeout',
  delete_script: 'ok outside-assets',
  get_test_job: 'unknown',
  get_sha: 'ok missing plain-path outside-assets',
  manage_asset: 'get-info get-info-missing search bad-action import delete',
  manage_build:
    'build bad-action unknown-target not-installed platform status-unknown development-as-boolean scenes-as-array',
  manage_camera:
    'bad-action bad-resolution no-such-camera ping screenshot-file-only screenshot-image screenshot-scene-view',
  manage_prefabs: 'get-hierarchy get-info missing missing-argument',
  manage_script: 'bad-action create-ok read-ok read-missing read-outside-assets read-large delete-ok delete-missing',
  no_such_tool: 'unknown-tool',
  read_console: 'default json filter empty clear stacktrace types-as-text bad-type per-call-instance-unknown',
  refresh_unity: 'no-compile compile-no-wait compile-reload',
  run_tests: 'start',
  set_active_instance: 'ok port unknown',
  validate_script: 'ok missing errors warnings',
};
const names = Object.entries(cases).flatMap(([tool, list]) => list.split(' ').map((name) => `${tool}-${name}`));

let root: string;
let simulator: UnitySimulator;
let client: Client;

/** Ids, times, picture bytes and places differ from run to run; everything else must be equal. */
function normalize(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replaceAll(simulator.projectDir, '/projects/SparkSample')
    .replaceAll(simulator.editor.projectHash, '71e712aef3c6cfc2')
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
    .replaceAll(/(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g, '<guid>')
    .replaceAll(/build-[0-9a-f]{10}/g, '<job>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/screenshot-\d{8}-\d{6}(?:-\d+)?/g, '<screenshot>')
    .replaceAll(/(instanceI[dD]\\?":\s*)-?\d+/g, '$10')
    .replaceAll(/(image(?:Width|Height)\\?":\s*)\d+/g, '$10')
    .replaceAll(/"iVBOR[\w+/=]*"/g, '"<png>"');
  return JSON.parse(text);
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'spark-unity-'));
  simulator = await startUnitySimulator({
    projectDir: join(root, 'SparkSample'),
    compileMs: 5,
    reloadMs: 5,
    buildMs: 5,
    waits: { pollMs: 5 },
  });
  client = new Client({ name: 'captures', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(simulator.url)));
}, 30_000);

beforeEach(() => {
  rmSync(join(simulator.projectDir, 'Assets/Scripts'), { recursive: true, force: true });
});

afterEach(async () => {
  simulator.editor.faults.clear();
  await simulator.editor.whenIdle();
});

afterAll(async () => {
  await client.close();
  await simulator.close();
  rmSync(root, { recursive: true, force: true });
});

function prepare(name: string, args: Readonly<Record<string, unknown>>): void {
  const sha = args['precondition_sha256'];
  const player = versions.find((version) => sha256Of(version) === sha) ?? base;
  const isSecond = name === 'create_script-exists' || !name.startsWith('create_script');
  const scripts = scriptsBefore[name] ?? (isSecond ? { PlayerController: player } : {});
  if (name === 'manage_script-read-large') {
    const data = z
      .object({ data: z.object({ contents: z.string() }) })
      .parse(read(name).clientResult['structuredContent']);
    writeText(join(simulator.projectDir, 'Assets/Scripts/Big.cs'), data.data.contents);
  }
  for (const [script, text] of Object.entries(scripts)) {
    writeText(join(simulator.projectDir, `Assets/Scripts/${script}.cs`), text);
  }
  const fault = faultsBefore[name];
  if (fault !== undefined) simulator.editor.faults.add(fault);
}

/** Compiles what is on disk, so that no exchange finds scripts that Unity has not seen. */
async function compile(): Promise<void> {
  await simulator.editor.execute({ name: 'refresh_unity', params: { compile: 'request' } });
  await simulator.editor.whenIdle();
}

/** The four entries that the captured console held. */
async function fillConsole(name: string): Promise<void> {
  await client.callTool({ name: 'read_console', arguments: { action: 'clear' } });
  if (!name.startsWith('read_console') || name === 'read_console-empty') return;
  const { data } = z
    .object({ data: z.array(z.record(z.string(), z.unknown())) })
    .parse(read('read_console-stacktrace').clientResult['structuredContent']);
  const entry = z.object({
    type: z.enum(['Error', 'Warning', 'Log', 'Exception']),
    message: z.string(),
    file: z.string(),
    line: z.int(),
    stackTrace: z.string().nullable(),
  });
  for (const item of data) simulator.editor.console.add(entry.parse(item));
}

describe('the simulator answers as the captured server did', () => {
  it.each(names)('%s', async (name) => {
    const exchange = read(name);
    prepare(name, exchange.arguments);
    await compile();
    await fillConsole(name);
    const instance = exchange.arguments['instance'];
    const args =
      instance === 'SparkSample@71e712aef3c6cfc2'
        ? { instance: `SparkSample@${simulator.editor.projectHash}` }
        : exchange.arguments;
    const result = await client.callTool({ name: exchange.tool, arguments: args });
    expect(normalize(result)).toEqual(normalize(exchange.clientResult));
  });

  it('compares something: a changed reply is seen', () => {
    expect(normalize({ text: 'Script created' })).not.toEqual(normalize({ text: 'Script made' }));
  });
});

describe('resources', () => {
  const content = z.object({ contents: z.tuple([z.object({ text: z.string() })]) });
  const textOf = (result: unknown): unknown => JSON.parse(content.parse(result).contents[0].text);

  it('lists the instance with the captured keys', async () => {
    const captured = textOf(read('resource-instances').clientResult);
    const real = textOf(await client.readResource({ uri: 'mcpforunity://instances' }));
    expect(keysOf(real)).toEqual(keysOf(captured));
  });

  it('describes the editor state with the captured keys', async () => {
    const captured = textOf(read('resource-editor-state').clientResult);
    const real = textOf(await client.readResource({ uri: 'mcpforunity://editor/state' }));
    expect(keysOf(real)).toEqual(keysOf(captured));
  });

  it('refuses an unknown resource with the captured error', async () => {
    const reading = client.readResource({ uri: 'mcpforunity://editor/nope' });
    await expect(reading).rejects.toMatchObject({
      message: expect.stringContaining("Unknown resource: 'mcpforunity://editor/nope'") as string,
    });
  });
});

function keysOf(value: unknown): unknown {
  if (Array.isArray(value))
    return value
      .filter((item) => typeof item === 'object')
      .slice(0, 1)
      .map(keysOf);
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, keysOf(field)]));
}
