import { createHash } from 'node:crypto';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import {
  applyUnityPatchArgs,
  createUnityObjectArgs,
  generateUnityScriptArgs,
  renderUnityPreviewArgs,
  runUnityBuildArgs,
  setUnityComponentArgs,
} from '../../../../shared/contracts/functions.ts';
import { makeConversation } from '../conversation.ts';
import type { ClientItem } from '../protocol/index.ts';
import { makeSounds } from '../sound/sounds.ts';
import type { Turn } from '../turns.ts';
import { applyEdits } from './edits.ts';
import { makePlanner } from './index.ts';

const allTools = [
  'generateUnityScript',
  'applyUnityPatch',
  'renderUnityPreview',
  'ingestUnityAsset',
  'deconstructUnityAsset',
  'runUnityBuild',
  'readUnityScript',
  'readUnityConsole',
  'searchUnityAssets',
  'getUnityEditorState',
];
const ok = { status: 'ok', errors: [] };
const shaOf = (text: string): string => createHash('sha256').update(text).digest('hex');

interface Called {
  readonly name: string;
  readonly args: Record<string, unknown>;
}

/** A developer, a project of files and the planner; `intercept` answers a call in another way. */
function makeChat(tools: readonly string[] = allTools) {
  let number = 0;
  const conversation = makeConversation((prefix) => `${prefix}_${(number += 1)}`, makeSounds());
  const files = new Map<string, string>();
  const plan = makePlanner();

  function write(path: string, text: string): Record<string, unknown> {
    files.set(path, text);
    return { success: true, path, sha256: shaOf(text), lines: text.split('\n').length, compile: ok };
  }
  function run({ name, args }: Called): Record<string, unknown> {
    const path = String(args['path']);
    if (name === 'generateUnityScript') {
      const { name: className, contents = '' } = generateUnityScriptArgs.parse(args);
      return { ...write(`${path}/${className}.cs`, contents), created: true };
    }
    if (name === 'applyUnityPatch') {
      const after = applyEdits(files.get(path) ?? '', applyUnityPatchArgs.parse(args).edits ?? []);
      return after === null
        ? { success: false, error: { code: 'patch_mismatch', message: 'not found' } }
        : write(path, after);
    }
    if (name === 'readUnityScript') return { path, contents: files.get(path), truncated: false };
    return { success: true };
  }

  function say(text: string, intercept: (called: Called) => Record<string, unknown> | null = () => null) {
    conversation.insert({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }, undefined);
    const calls: Called[] = [];
    let answer = '';
    for (let round = 0; round < 10; round += 1) {
      const turn = plan({ items: conversation.items(), instructions: '', tools: new Set(tools), parallelCalls: true });
      const made: Called[] = [];
      for (const output of turn) {
        if (output.kind === 'text') answer = output.text;
        if (output.kind !== 'call' || typeof output.arguments === 'string') continue;
        const called = { name: output.name, args: { ...output.arguments } };
        made.push(called);
        const callId = `call_${(number += 1)}`;
        const item = {
          type: 'function_call' as const,
          name: output.name,
          call_id: callId,
          arguments: JSON.stringify(output.arguments),
        };
        conversation.insert(item, undefined);
        const result = JSON.stringify(intercept(called) ?? run(called));
        conversation.insert({ type: 'function_call_output', call_id: callId, output: result }, undefined);
      }
      calls.push(...made);
      if (made.length === 0) return { answer, calls, names: calls.map((called) => called.name) };
    }
    throw new Error('the planner does not come to an end');
  }
  return { say, files };
}

const player = 'Assets/Scripts/PlayerController.cs';

test('"Create a player controller" is exactly one generateUnityScript with contents, then a summary', () => {
  const chat = makeChat();
  const { names, calls, answer } = chat.say('Create a player controller');
  expect(names).toEqual(['generateUnityScript']);
  const args = generateUnityScriptArgs.parse(calls[0]?.args);
  expect(args).toMatchObject({ name: 'PlayerController', path: 'Assets/Scripts' });
  expect(args.contents).toContain('[RequireComponent(typeof(CharacterController))]');
  expect(answer).toContain('PlayerController.cs');
  expect(answer).toContain('preview');
});

test('"… and show me a preview" chains the preview', () => {
  const { names, calls } = makeChat().say('Create a player controller and show me a preview');
  expect(names).toEqual(['generateUnityScript', 'renderUnityPreview']);
  renderUnityPreviewArgs.parse(calls[1]?.args);
});

test.each([
  ['make it faster', 'moveSpeed = 9f'],
  ['set jump height to 3', 'jumpHeight = 3f'],
  ['add double jump', 'airJumps'],
  ['add a double jump to the player controller', 'airJumps'],
  ['add sprint', 'sprintMultiplier'],
  ['rename moveSpeed to walkSpeed', 'direction * walkSpeed'],
  ['add a field called lives of type int', 'private int lives'],
])('"%s" patches what it wrote', (request, expected) => {
  const chat = makeChat();
  chat.say('Create a player controller');
  const { names } = chat.say(request);
  expect(names).toEqual(['applyUnityPatch']);
  expect(chat.files.get(player)).toContain(expected);
});

test('a file that the developer changed meanwhile is read before it is patched', () => {
  const chat = makeChat();
  chat.say('Create a player controller');
  chat.files.set(player, (chat.files.get(player) ?? '').replace('moveSpeed = 6f', 'moveSpeed = 8f'));
  const { names } = chat.say('make it faster');
  expect(names).toEqual(['applyUnityPatch', 'readUnityScript', 'applyUnityPatch']);
  expect(chat.files.get(player)).toContain('moveSpeed = 12f');
});

test('two scripts in one request are two calls', () => {
  const { calls } = makeChat().say('create an enemy and a health script');
  expect(calls.map((called) => called.args['name'])).toEqual(['EnemyController', 'Health']);
});

test('a script of any other kind gets the name it was given', () => {
  const { calls } = makeChat().say('create a script called door that opens when the player is near');
  expect(calls.map((called) => called.args['name'])).toEqual(['Door']);
});

test('compile errors are mended with a patch', () => {
  const chat = makeChat();
  const { names, answer } = chat.say('create a script called Door that does not compile', (called) => {
    if (called.name !== 'generateUnityScript') return null;
    const contents = String(called.args['contents']);
    const path = 'Assets/Scripts/Door.cs';
    chat.files.set(path, contents);
    const line = contents.split('\n').findIndex((text) => text.includes('Debug.Log(')) + 1;
    const errors = [{ severity: 'error', code: 'CS1002', message: '; expected', line }];
    return { success: true, path, sha256: shaOf(contents), lines: 1, compile: { status: 'errors', errors } };
  });
  expect(names).toEqual(['generateUnityScript', 'applyUnityPatch']);
  expect(chat.files.get('Assets/Scripts/Door.cs')).toContain('this);');
  expect(answer).toContain('compiles');
});

test('a denial is acknowledged with its reason and nothing more is tried', () => {
  const denied = { success: false, error: { code: 'denied', message: 'denied', data: { reason: 'use a Rigidbody' } } };
  const { names, answer } = makeChat().say('Create a player controller and build for Linux', () => denied);
  expect(names).toEqual(['generateUnityScript']);
  expect(answer).toContain('use a Rigidbody');
});

test('a failure is explained', () => {
  const failed = { success: false, error: { code: 'unity_no_editor', message: 'No Unity Editor is connected.' } };
  const { answer } = makeChat().say('show me a preview', () => failed);
  expect(answer).toContain('No Unity Editor is connected.');
});

test.each([
  ['build for Android', 'android'],
  ['make a Windows build', 'windows64'],
  ['build the game', 'linux64'],
  ['please build it for the web', 'webgl'],
])('"%s" builds for %s', (request, target) => {
  const { calls } = makeChat().say(request);
  expect(calls.map((called) => runUnityBuildArgs.parse(called.args).target)).toEqual([target]);
});

test.each([
  ['look at Assets/Prefabs/Player.prefab', 'deconstructUnityAsset'],
  ['ingest Assets/Models/Crate.fbx', 'ingestUnityAsset'],
  ['find all prefabs', 'searchUnityAssets'],
  ['show me the console', 'readUnityConsole'],
  ['is unity ready?', 'getUnityEditorState'],
])('"%s" asks %s', (request, tool) => {
  expect(makeChat().say(request).names).toEqual([tool]);
});

test('it uses only the functions that the session offers', () => {
  const { names, answer } = makeChat(['readUnityScript']).say('Create a player controller');
  expect(names).toEqual([]);
  expect(answer).toContain('generateUnityScript');
});

test.each(['what can you do?', 'hello', 'what is the weather like', 'add double jump', '', '🎮'])(
  '"%s" is answered in words',
  (request) => {
    const { names, answer } = makeChat().say(request);
    expect(names).toEqual([]);
    expect(answer).not.toBe('');
  },
);

test('"attach it to the player" looks at the scene, then makes the player with the script on it', () => {
  const tools = [...allTools, 'listUnityScene', 'createUnityObject', 'setUnityComponent'];
  const chat = makeChat(tools);
  chat.say('Create a player controller');
  const { names, calls } = chat.say('attach it to the player', ({ name }) =>
    name === 'listUnityScene'
      ? { scene: 'Assets/Scenes/A.unity', objects: [{ path: 'Main Camera', components: [] }] }
      : null,
  );
  expect(names).toEqual(['listUnityScene', 'createUnityObject']);
  expect(createUnityObjectArgs.parse(calls[1]?.args)).toMatchObject({
    name: 'Player',
    components: [{ type: 'PlayerController' }],
  });
});

test('an object that is there gets the script', () => {
  const chat = makeChat([...allTools, 'listUnityScene', 'createUnityObject', 'setUnityComponent']);
  chat.say('Create a player controller');
  const { names, calls } = chat.say('put the script on the hero', ({ name }) =>
    name === 'listUnityScene' ? { scene: 'A', objects: [{ path: 'Level/Hero', components: ['Rigidbody'] }] } : null,
  );
  expect(names).toEqual(['listUnityScene', 'setUnityComponent']);
  expect(setUnityComponentArgs.parse(calls[1]?.args)).toMatchObject({
    target: 'Level/Hero',
    component: 'PlayerController',
  });
});

test.each([
  ['run the play mode tests', 'runUnityTests'],
  ['list the scene', 'listUnityScene'],
  ['delete Assets/Scripts/Old.cs', 'deleteUnityAsset'],
])('"%s" asks %s', (request, tool) => {
  expect(makeChat([...allTools, tool]).say(request).names).toEqual([tool]);
});

test('a frame that comes with the result of a call is looked at, and starts no new request', () => {
  const conversation = makeConversation((prefix) => `${prefix}_1`, makeSounds());
  const pixel = `data:image/png;base64,${PNG.sync.write(new PNG({ width: 1, height: 1 })).toString('base64')}`;
  const user = (content: ClientItem & { role: 'user' }) => conversation.insert(content, undefined);
  user({ id: 'a', type: 'message', role: 'user', content: [{ type: 'input_text', text: 'show me a preview' }] });
  const made = { type: 'function_call', name: 'renderUnityPreview', call_id: 'c', arguments: '{}' } as const;
  conversation.insert({ id: 'b', ...made }, undefined);
  const output = JSON.stringify({ success: true, width: 1, height: 1 });
  conversation.insert({ id: 'c', type: 'function_call_output', call_id: 'c', output }, undefined);
  user({ id: 'd', type: 'message', role: 'user', content: [{ type: 'input_image', image_url: pixel }] });
  const context = { items: conversation.items(), instructions: '', tools: new Set(allTools), parallelCalls: true };
  const [answer] = makePlanner()(context);
  expect(answer).toMatchObject({ kind: 'text', text: expect.stringMatching(/^The preview is rendered.*blank/s) });
});

test.each([
  ['read the console and find all prefabs', ['readUnityConsole', 'searchUnityAssets']],
  ['is unity ready, and look at Assets/Prefabs/Player.prefab', ['getUnityEditorState', 'deconstructUnityAsset']],
])('"%s" makes two calls at once', (request, wanted) => {
  const conversation = makeConversation((prefix) => `${prefix}_1`, makeSounds());
  const content = [{ type: 'input_text' as const, text: request }];
  conversation.insert({ id: 'a', type: 'message', role: 'user', content }, undefined);
  const context = { items: conversation.items(), instructions: '', tools: new Set(allTools) };
  const namesIn = (turn: Turn) => turn.flatMap((output) => (output.kind === 'call' ? [output.name] : []));
  expect(namesIn(makePlanner()({ ...context, parallelCalls: true }))).toEqual(wanted);
  expect(namesIn(makePlanner()({ ...context, parallelCalls: false }))).toEqual(wanted.slice(0, 1));
  expect(makeChat().say(request).names).toEqual(wanted);
});

test.each([
  ['Erstelle eine Spielersteuerung und zeige mir eine Vorschau', ['generateUnityScript', 'renderUnityPreview']],
  ['Crée un contrôleur de joueur et un ennemi', ['generateUnityScript', 'generateUnityScript']],
  ['Crea un controlador de jugador', ['generateUnityScript']],
  ['Baue für Android', ['runUnityBuild']],
  ['Compile le jeu pour Windows', ['runUnityBuild']],
  ['Muestra la consola', ['readUnityConsole']],
])('"%s" is understood', (request, names) => {
  expect(makeChat().say(request).names).toEqual(names);
});

test.each([
  ['Mache es schneller', 'moveSpeed = 9f'],
  ['Füge einen Doppelsprung hinzu', 'airJumps'],
  ['Ajoute un double saut', 'airJumps'],
  ['Hazlo más rápido', 'moveSpeed = 9f'],
])('"%s" patches what it wrote', (request, expected) => {
  const chat = makeChat();
  chat.say('Create a player controller');
  expect(chat.say(request).names).toEqual(['applyUnityPatch']);
  expect(chat.files.get(player)).toContain(expected);
});
