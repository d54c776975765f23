import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors/index.ts';
import { makeCsharpChecker } from './csharp.ts';
import { sha256Of } from './files.ts';
import { makeSurroundings } from './surroundings.ts';

const csharp = makeCsharpChecker();
const never = new AbortController().signal;
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'spark-around-'));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}
const read = async (path: string) => {
  const text = await readFile(join(root, path), 'utf8').catch(() => null);
  return text === null ? null : { text, sha256: sha256Of(text) };
};
const local = () =>
  makeSurroundings({
    files: { read, root: async () => root },
    csharp,
    scriptsIn: () => Promise.reject(new Error('Unity is not asked when the folder is here')),
  });
const pathsOf = (around: { neighbours: readonly { path: string }[] }): string[] =>
  around.neighbours.map(({ path }) => path);

test('the scripts beside a new one, and those elsewhere that the text names, are shown; named ones first', async () => {
  await put('Assets/Scripts/Armor.cs', 'public class Armor { }');
  await put('Assets/Scripts/Zone.cs', 'public class Zone { public int Size; }');
  await put('Assets/Items/Sword.cs', 'public class Sword { public void Swing() { } }');
  await put('Assets/Items/Shield.cs', 'public class Shield { }');
  const around = await local().of({ name: 'Player', text: 'carries a Sword into a Zone' }, never);
  expect(around).toMatchObject({ path: 'Assets/Scripts/Player.cs', className: 'Player', current: null });
  expect(pathsOf(around)).toEqual(['Assets/Scripts/Zone.cs', 'Assets/Items/Sword.cs', 'Assets/Scripts/Armor.cs']);
  expect(around.neighbours[1]?.surface).toBe('public class Sword {\n  public void Swing();\n}');
});

test('the file as it is names scripts too, and is not its own neighbour', async () => {
  await put('Assets/Scripts/Player.cs', 'public class Player { Sword sword; }');
  await put('Assets/Items/Sword.cs', 'public class Sword { }');
  const around = await local().of({ name: 'Player', text: 'faster' }, never);
  expect(around.current).toBe('public class Player { Sword sword; }');
  expect(pathsOf(around)).toEqual(['Assets/Items/Sword.cs']);
});

test.each([
  ['Universal (URP)', '{"dependencies":{"com.unity.render-pipelines.universal":"17.0.3"}}'],
  ['High Definition (HDRP)', '{"dependencies":{"com.unity.render-pipelines.high-definition":"17.0.3"}}'],
  ['Built-in', '{"dependencies":{"com.unity.ugui":"2.0.0"}}'],
])('the render pipeline is %s by the packages of the project', async (pipeline, manifest) => {
  await put('Packages/manifest.json', manifest);
  expect((await local().of({ name: 'A', text: '' }, never)).renderPipeline).toBe(pipeline);
});

test('without the folder on this machine Unity lists the scripts, and one that cannot be read is left out', async () => {
  await put('Assets/Scripts/Armor.cs', 'public class Armor { }');
  const asset = (path: string) => ({ path, guid: '', type: 'MonoScript', name: '', isFolder: false });
  const around = await makeSurroundings({
    files: {
      root: async () => null,
      read: (path) =>
        path.endsWith('Long.cs') ? Promise.reject(new AppError('unity_rejected', 'too long')) : read(path),
    },
    csharp,
    scriptsIn: async (folder) => ['Long', 'Armor'].map((name) => asset(`${folder}/${name}.cs`)),
  }).of({ name: 'Player', text: '' }, never);
  expect(pathsOf(around)).toEqual(['Assets/Scripts/Armor.cs']);
  expect(around.renderPipeline).toBeNull();
});

test('a path that no script may have is refused before anything is read', async () => {
  await expect(local().of({ name: 'A', path: '../../etc', text: '' }, never)).rejects.toMatchObject({
    code: 'path_outside_assets',
  });
});

test('what is cancelled stops, also while neighbours are read', async () => {
  const controller = new AbortController();
  await put('Assets/Scripts/Armor.cs', 'public class Armor { }');
  const around = makeSurroundings({
    files: {
      root: async () => root,
      read(path) {
        if (path.endsWith('Armor.cs')) controller.abort();
        return path.endsWith('Armor.cs') ? Promise.reject(new AppError('cancelled', 'Cancelled.')) : read(path);
      },
    },
    csharp,
    scriptsIn: async () => [],
  }).of({ name: 'Player', text: '' }, controller.signal);
  await expect(around).rejects.toMatchObject({ code: 'cancelled' });
});
