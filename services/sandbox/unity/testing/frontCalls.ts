import { afterEach, expect } from 'vitest';
import { sha256Of } from '../editor/files.ts';
import type { UnityEditorSim } from '../index.ts';
import { startFrontPair, type FrontPair, type Side } from './frontPair.ts';

/** The calls that are compared between our own MCP server and the real one, and the pair that a test works on. */
let pair: FrontPair | undefined;

/** The end of every test of the file that imports this. */
export function endPairAfterEach(): void {
  afterEach(async () => {
    await pair?.close();
    pair = undefined;
  });
}

export const path = 'Assets/Scripts/Hero.cs';
const hero = 'using UnityEngine;\n\npublic class Hero : MonoBehaviour\n{\n}\n';
const edit = { startLine: 5, startCol: 1, endLine: 5, endCol: 1, newText: '    int a;\n' };

interface Call {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}
export const calls: Readonly<Record<string, Call>> = {
  read_console: { tool: 'read_console', args: { action: 'get', types: ['error'], format: 'json' } },
  get_sha: { tool: 'get_sha', args: { uri: path } },
  read_script: { tool: 'manage_script', args: { action: 'read', name: 'Hero', path: 'Assets/Scripts' } },
  validate_script: { tool: 'validate_script', args: { uri: path, level: 'basic' } },
  create_script: {
    tool: 'create_script',
    args: { path: 'Assets/Scripts/New.cs', contents: hero.replace('Hero', 'New') },
  },
  delete_script: { tool: 'delete_script', args: { uri: path } },
  apply_text_edits: {
    tool: 'apply_text_edits',
    args: { uri: path, edits: [edit], precondition_sha256: sha256Of(hero) },
  },
  manage_asset: { tool: 'manage_asset', args: { action: 'get_info', path: 'Assets/Prefabs/Player.prefab' } },
  manage_prefabs: {
    tool: 'manage_prefabs',
    args: { action: 'get_hierarchy', prefab_path: 'Assets/Prefabs/Player.prefab' },
  },
  manage_scene: { tool: 'manage_scene', args: { action: 'get_hierarchy' } },
  manage_camera: {
    tool: 'manage_camera',
    args: { action: 'screenshot', include_image: true, max_resolution: 64, output_folder: 'Captures' },
  },
  manage_build: { tool: 'manage_build', args: { action: 'status', job_id: 'build-0123456789' } },
  refresh_unity: { tool: 'refresh_unity', args: { mode: 'if_dirty', scope: 'all', compile: 'none' } },
  'refresh_unity with compile': {
    tool: 'refresh_unity',
    args: { mode: 'force', scope: 'scripts', compile: 'request' },
  },
  'refresh_unity without wait': { tool: 'refresh_unity', args: { compile: 'request', wait_for_ready: false } },
};
export const callNames = Object.keys(calls);
/** Where a wait runs out, those that take the same way through the server are left out. */
export const waitingNames = callNames.filter(
  (name) => !['read_script', 'validate_script', 'manage_scene'].includes(name),
);
/** The command that Unity gets for each. */
export const commandOf = (name: string): string =>
  /script|sha|edits/.test(name) ? 'manage_script' : (calls[name]?.tool ?? name);

/** The same on both sides, side by side in time; then the answers. */
export async function onBoth<T>(work: (side: Side) => Promise<T>): Promise<readonly [own: T, real: T]> {
  if (pair === undefined) throw new Error('no pair');
  const [own, real] = pair.sides;
  return await Promise.all([work(own), work(real)]);
}

export const onEditors = (work: (editor: UnityEditorSim) => void): void => {
  for (const { editors } of pair?.sides ?? []) for (const editor of editors) work(editor);
};
/** Resolves when the server knows it too. */
export async function closeEditors(): Promise<void> {
  onEditors((editor) => editor.closeEditor());
  await pair?.whenGone();
}

export async function start(names: readonly string[] = ['SparkSample']): Promise<void> {
  pair = await startFrontPair(names, { [path]: hero });
}

export async function isSame(name: string): Promise<void> {
  const { tool, args } = calls[name] ?? { tool: name, args: {} };
  const [own, real] = await onBoth(({ call }) => call(tool, args));
  expect(own).toEqual(real);
}
/** The MCP session has used the editor. */
export const use = () => onBoth(({ call }) => call('get_sha', { uri: path }));
