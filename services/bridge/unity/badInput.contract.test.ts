import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeText } from './textEncoding.ts';
import { scriptOf, startHarness, type Harness } from './testing/harness.ts';

let harness: Harness;
let outside: string | undefined;
afterEach(async () => {
  await harness.close();
  if (outside !== undefined) await rm(outside, { recursive: true, force: true });
  outside = undefined;
});

const path = 'Assets/Scripts/Hero.cs';
const folderOnDisk = (): string => join(harness.simulator.projectDir, 'Assets/Scripts');
const plan = (name: string, contents: string, folder?: string) =>
  harness.unity.planScript({ name, contents, ...(folder === undefined ? {} : { path: folder }) }, harness.context);
const patch = (search: string, replace: string, file = path) =>
  harness.unity.planPatch({ path: file, edits: [{ search, replace }] }, harness.context);
const bytesOf = (file = path): Promise<Buffer> => readFile(join(harness.simulator.projectDir, file));
const refusal = (code: string, words: string) => ({ code, message: expect.stringContaining(words) });

describe('a link on disk', () => {
  it.each(['file', 'folder', 'nowhere'])('that leads out of Assets is not written through (%s)', async (kind) => {
    harness = await startHarness();
    outside = await mkdtemp(join(tmpdir(), 'spark-outside-'));
    await mkdir(folderOnDisk(), { recursive: true });
    const secret = join(outside, 'Hero.cs');
    if (kind === 'file') await writeFile(secret, 'secret');
    if (kind === 'folder') await symlink(outside, join(folderOnDisk(), 'Link'));
    else await symlink(secret, join(folderOnDisk(), 'Hero.cs'));
    const folder = kind === 'folder' ? 'Assets/Scripts/Link' : undefined;
    await expect(plan('Hero', scriptOf('Hero'), folder)).rejects.toMatchObject(
      refusal('path_outside_assets', 'without that link'),
    );
    expect(await readdir(outside)).toEqual(kind === 'file' ? ['Hero.cs'] : []);
  });
});

describe('a name', () => {
  it('that differs from one on disk only in case is refused, naming the one that is there', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    await expect(plan('hero', scriptOf('hero'))).rejects.toMatchObject(refusal('unity_rejected', `Use ${path}`));
    await expect(plan('Foe', scriptOf('Foe'), 'Assets/scripts')).rejects.toMatchObject(
      refusal('unity_rejected', 'Use Assets/Scripts'),
    );
  });

  it.each(['class', 'string', 'namespace'])('that is the C# word %s is refused', async (name) => {
    harness = await startHarness();
    await expect(plan(name, scriptOf('Hero'))).rejects.toMatchObject(refusal('unity_rejected', 'another name'));
  });

  it.each([
    'Assets/Pl\u0430yer',
    'Assets/a\u202eb',
    'Assets/\uff0e\uff0e',
    'Assets/COM1',
    'Assets/x.',
    '/Assets',
    'C:/Assets',
  ])('that is not what it looks like is refused (%j)', async (folder) => {
    harness = await startHarness();
    await expect(plan('Hero', scriptOf('Hero'), folder)).rejects.toMatchObject(
      refusal('path_outside_assets', 'is refused'),
    );
    expect(harness.ledger.entries.size).toBe(0);
  });
});

describe('a text', () => {
  it('of one megabyte is written whole', async () => {
    harness = await startHarness({ adapter: { compileLimitMs: 20_000 } });
    const line = `    // ${'x'.repeat(1_000)}\n`;
    const text = scriptOf('Hero', line.repeat(1_040));
    await harness.generate('Hero', text);
    expect((await bytesOf()).equals(Buffer.from(text))).toBe(true);
  });

  it('of more than two megabytes is refused, and says where data belongs', async () => {
    harness = await startHarness();
    const text = scriptOf('Hero', `    // ${'x'.repeat(2_200_000)}\n`);
    await expect(plan('Hero', text)).rejects.toMatchObject(refusal('unity_rejected', 'in an asset'));
  });

  it.each(['', ' \n\t', '\uFEFF'])('that is empty (%j) is refused', async (text) => {
    harness = await startHarness();
    await expect(plan('Hero', text)).rejects.toMatchObject(refusal('invalid_input', 'empty'));
  });

  it('is not emptied by a patch', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    await expect(patch(scriptOf('Hero'), '')).rejects.toMatchObject(refusal('unity_rejected', 'Delete it instead'));
  });

  it('that is no valid UTF-8 is not changed, because its bytes would be lost', async () => {
    harness = await startHarness();
    await mkdir(folderOnDisk(), { recursive: true });
    const bytes = Buffer.concat([Buffer.from('// caf'), Buffer.from([0xe9]), Buffer.from(`\n${scriptOf('Hero')}`)]);
    await writeFile(join(folderOnDisk(), 'Hero.cs'), bytes);
    await expect(patch('{\n}', '{\n    int a;\n}')).rejects.toMatchObject(
      refusal('unity_rejected', 'Save it as UTF-8'),
    );
    expect((await bytesOf()).equals(bytes)).toBe(true);
  });

  it('that is a binary file in disguise is not read as one', async () => {
    harness = await startHarness();
    await mkdir(folderOnDisk(), { recursive: true });
    await writeFile(join(folderOnDisk(), 'Hero.cs'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]));
    await expect(patch('a', 'b')).rejects.toMatchObject(refusal('unity_rejected', 'not a text file'));
  });

  it('of another kind of asset is not patched', async () => {
    harness = await startHarness();
    await expect(patch('a', 'b', 'Assets/Textures/Logo.png')).rejects.toMatchObject(
      refusal('unity_rejected', 'not a C# script'),
    );
  });

  it.each([
    ['CRLF', scriptOf('Hero').replaceAll('\n', '\r\n'), null],
    ['mixed endings', scriptOf('Hero').replace('\n', '\r\n').replace('{\n', '{\r\n'), null],
    ['a BOM', scriptOf('Hero'), 'utf-8-bom'],
    ['UTF-16', scriptOf('Hero').replace('{', '{ // \u00fcber \u{1f680}'), 'utf-16le'],
    ['UTF-16, high byte first', scriptOf('Hero'), 'utf-16be'],
  ] as const)(
    'with %s keeps every byte that was not changed, and is undone to the same bytes',
    async (_what, text, encoding) => {
      harness = await startHarness();
      await mkdir(folderOnDisk(), { recursive: true });
      const bytes = encodeText(text, encoding);
      await writeFile(join(folderOnDisk(), 'Hero.cs'), bytes);
      const planned = await patch('MonoBehaviour', 'ScriptableObject');
      const { compile } = await harness.unity.unityApplyPatch(planned, harness.context);
      const changed = encodeText(text.replace('MonoBehaviour', 'ScriptableObject'), encoding);
      expect((await bytesOf()).toString('hex')).toBe(changed.toString('hex'));
      expect(compile.status).toBe('ok');
      const back = await patch('ScriptableObject', 'MonoBehaviour');
      await harness.unity.unityApplyPatch(back, harness.context);
      expect((await bytesOf()).toString('hex')).toBe(bytes.toString('hex'));
      expect((await readdir(folderOnDisk())).filter((name) => name.startsWith('.'))).toEqual([]);
      expect(harness.ledger.outcomes()).toEqual(['applied', 'applied']);
    },
  );
});

describe('a text that the developer changed while deciding', () => {
  it.each([
    ['does not parse', `${scriptOf('Hero')}}`, refusal('script_syntax', 'does not parse')],
    ['is empty', ' \n', refusal('unity_rejected', 'would be empty')],
    ['has NUL characters', scriptOf('Hero', '// \0\n'), refusal('unity_rejected', 'NUL')],
    ['is too large', scriptOf('Hero', `// ${'x'.repeat(2_200_000)}\n`), refusal('unity_rejected', 'in an asset')],
  ])('is refused like any other when it %s', async (_what, edited, expected) => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    const planned = await patch('MonoBehaviour', 'ScriptableObject');
    await expect(harness.unity.replan(planned, edited, harness.context)).rejects.toMatchObject(expected);
  });

  it('keeps the line endings of a file that has several kinds', async () => {
    harness = await startHarness();
    const text = scriptOf('Hero', '    int a;\n').replace('{\n', '{\r\n');
    await harness.generate('Hero', text);
    const planned = await patch('int a;', 'int b;');
    const edited = planned.after.replaceAll('\r\n', '\n').replace('int b;', 'int c;');
    const again = await harness.unity.replan(planned, edited, harness.context);
    expect(again).toMatchObject({ after: text.replace('int a;', 'int c;'), sha256Before: planned.sha256Before });
  });
});

describe('a patch', () => {
  it.each([
    ['that matches nowhere', 'public class Villain', 'does not occur'],
    ['that matches twice', 'Hero', 'add lines around it'],
  ])('%s is refused and says what to do', async (_what, search, words) => {
    harness = await startHarness();
    await harness.generate('Hero', `// Hero\n${scriptOf('Hero')}`);
    await expect(patch(search, 'x')).rejects.toMatchObject(refusal('patch_mismatch', words));
    expect(await harness.disk(path)).toBe(`// Hero\n${scriptOf('Hero')}`);
  });
});

describe('an editor that closes in the middle of a write', () => {
  it.each(['drop_before_write', 'drop_after_write'] as const)('leaves no half file (%s)', async (kind) => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    const planned = await patch('{\n}', '{\n    int a;\n}');
    const { editor } = harness.simulator;
    editor.faults.add({ kind, command: 'manage_script', action: 'apply_text_edits', ms: 100 });
    const writing = harness.unity.unityApplyPatch(planned, harness.context).catch(() => undefined);
    await expect.poll(() => editor.connection.isOpen()).toBe(false);
    editor.closeEditor();
    expect([scriptOf('Hero'), planned.after]).toContain(await harness.disk(path));
    editor.openEditor();
    await writing;
    await expect.poll(() => harness.ledger.outcomes().includes(null), { timeout: 10_000 }).toBe(false);
    const isApplied = harness.ledger.outcomes().at(-1) === 'applied';
    expect(await harness.disk(path)).toBe(isApplied ? planned.after : scriptOf('Hero'));
  });
});
