import { afterEach, describe, expect, it } from 'vitest';
import { sha256Of } from './files.ts';
import { makeMemoryLedger, scriptOf, startHarness, type Harness } from './testing/harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const path = 'Assets/Scripts/Hero.cs';

describe('writing a script', () => {
  it('creates it, follows the compile and returns what is on disk', async () => {
    harness = await startHarness();
    const outcome = await harness.generate('Hero', scriptOf('Hero'));
    expect(outcome).toMatchObject({ path, created: true, compile: { status: 'ok', errors: [] } });
    expect(outcome.sha256).toBe(sha256Of(await harness.disk(path)));
    expect(harness.ledger.outcomes()).toEqual(['applied']);
    expect(outcome.timing.map(({ step }) => step)).toEqual(['queue', 'check', 'unity', 'compile', 'console']);
  });

  it('overwrites an existing one by edits, saying so in the plan', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    const contents = scriptOf('Hero', '    public float speed = 5f;\n');
    const plan = await harness.unity.planScript({ name: 'Hero', contents }, harness.context);
    expect(plan.before).toBe(scriptOf('Hero'));
    expect(plan.warnings.join()).toContain('overwritten');
    const outcome = await harness.unity.unityGenerateScript(plan, harness.context);
    expect(outcome).toMatchObject({ created: false, compile: { status: 'ok' } });
    expect(await harness.disk(path)).toBe(contents);
  });

  it('is kept as it was approved by a Unity with Roslyn, which reformats what it may', async () => {
    harness = await startHarness({ simulator: { roslyn: true } });
    const contents = scriptOf('Hero', '\tpublic int Lives = 3;  \n');
    await harness.generate('Hero', contents);
    const edits = [{ search: 'Lives = 3', replace: 'Lives = 4' }];
    const plan = await harness.unity.planPatch({ path, edits }, harness.context);
    await harness.unity.unityApplyPatch(plan, harness.context);
    expect(await harness.disk(path)).toBe(contents.replace('= 3', '= 4'));
    expect(harness.ledger.outcomes()).toEqual(['applied', 'applied']);
  });

  it('returns compile errors with file, line, column and code', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    const outcome = await harness.generate('Twin', `${scriptOf('Twin')}\npublic class Hero {}\n`);
    expect(outcome.compile.status).toBe('errors');
    expect(outcome.compile.errors[0]).toMatchObject({ severity: 'error', code: 'CS0101' });
    expect(outcome.compile.errors[0]?.line).toBeGreaterThan(0);
    expect(outcome.compile.errors[0]?.column).toBeGreaterThan(0);
    expect(outcome.compile.errors[0]?.file).toMatch(/^Assets\/Scripts\/.*\.cs$/);

    const plan = await harness.unity.planPatch(
      { path: 'Assets/Scripts/Twin.cs', edits: [{ search: 'public class Hero {}', replace: '' }] },
      harness.context,
    );
    const mended = await harness.unity.unityApplyPatch(plan, harness.context);
    expect(mended.compile).toMatchObject({ status: 'ok', errors: [] });
  });

  it('refuses a script that does not parse, with line and column, before anything is sent', async () => {
    harness = await startHarness();
    const contents = 'public class Hero\n{\n    void A( { }\n}\n';
    await expect(harness.unity.planScript({ name: 'Hero', contents }, harness.context)).rejects.toMatchObject({
      code: 'script_syntax',
      data: { problems: [{ line: 3 }] },
    });
    expect(harness.ledger.entries.size).toBe(0);
  });

  it.each(['../Hero.cs', 'Packages/x', '/etc', 'C:/x', 'Assets/../Hero.cs', 'Assets\\Scripts', 'Assets/Con', 'assets'])(
    'refuses the folder %s',
    async (folder) => {
      harness = await startHarness();
      const plan = harness.unity.planScript(
        { name: 'Hero', path: folder, contents: scriptOf('Hero') },
        harness.context,
      );
      await expect(plan).rejects.toMatchObject({ code: 'path_outside_assets' });
    },
  );

  it('warns when the class is not called like the file', async () => {
    harness = await startHarness();
    const plan = await harness.unity.planScript({ name: 'Hero', contents: scriptOf('Villain') }, harness.context);
    expect(plan.warnings.join()).toContain('Villain');
  });
});

describe('a file that is not as planned', () => {
  it('is refused as stale when somebody else changed it, and left alone', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    const plan = await harness.unity.planPatch(
      { path, edits: [{ search: 'MonoBehaviour', replace: 'ScriptableObject' }] },
      harness.context,
    );
    const theirs = scriptOf('Hero', '    // mine\n');
    await harness.putOnDisk(path, theirs);
    await expect(harness.unity.unityApplyPatch(plan, harness.context)).rejects.toMatchObject({
      code: 'stale_file',
      data: { contents: theirs, currentSha256: sha256Of(theirs) },
    });
    expect(await harness.disk(path)).toBe(theirs);
  });

  it('is refused when it appeared after the plan', async () => {
    harness = await startHarness();
    const plan = await harness.unity.planScript({ name: 'Hero', contents: scriptOf('Hero') }, harness.context);
    await harness.generate('Hero', scriptOf('Hero', '    // first\n'));
    await expect(harness.unity.unityGenerateScript(plan, harness.context)).rejects.toMatchObject({
      code: 'stale_file',
    });
  });
});

describe('a patch', () => {
  it('keeps CRLF line endings', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero').replaceAll('\n', '\r\n'));
    const plan = await harness.unity.planPatch(
      { path, edits: [{ search: '{\n}', replace: '{\n    int a;\n}' }] },
      harness.context,
    );
    await harness.unity.unityApplyPatch(plan, harness.context);
    expect(await harness.disk(path)).toBe(scriptOf('Hero', '    int a;\n').replaceAll('\n', '\r\n'));
  });

  it('that does not match gives the model the text as it is', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    await expect(
      harness.unity.planPatch({ path, edits: [{ search: 'no such line', replace: '' }] }, harness.context),
    ).rejects.toMatchObject({ code: 'patch_mismatch', data: { why: 'not_found', contents: scriptOf('Hero') } });
  });

  it('of a missing file is refused', async () => {
    harness = await startHarness();
    const missing = harness.unity.planPatch({ path, edits: [{ search: 'a', replace: 'b' }] }, harness.context);
    await expect(missing).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a lost reply', () => {
  const faults = ['drop_before_write', 'drop_after_write', 'domain_reload', 'late_write', 'no_answer'] as const;

  it.each(faults)('of a creation (%s) ends with the file once and the ledger saying so', async (kind) => {
    harness = await startHarness();
    harness.simulator.editor.faults.add({ kind, command: 'manage_script', action: 'create', ms: 200 });
    await harness.generate('Hero', scriptOf('Hero'));
    expect(await harness.disk(path)).toBe(scriptOf('Hero'));
    expect(harness.ledger.outcomes()).toEqual(['applied']);
    expect([...harness.ledger.entries.values()].map(({ settled }) => settled)).toEqual([1]);
  });

  it.each(faults)('of an edit (%s) ends with the edit once', async (kind) => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    harness.simulator.editor.faults.add({ kind, command: 'manage_script', action: 'apply_text_edits', ms: 200 });
    const plan = await harness.unity.planPatch(
      { path, edits: [{ search: '{\n}', replace: '{\n    int a;\n}' }] },
      harness.context,
    );
    const outcome = await harness.unity.unityApplyPatch(plan, harness.context);
    expect(outcome.sha256).toBe(plan.sha256After);
    expect(await harness.disk(path)).toBe(scriptOf('Hero', '    int a;\n'));
    expect(harness.ledger.outcomes()).toEqual(['applied', 'applied']);
  });

  it('that an earlier run left open is settled when the editor answers', async () => {
    const entry = {
      writeId: '018f0000-0000-7000-8000-00000000000a',
      sessionId: '018f0000-0000-7000-8000-000000000001',
      callId: null,
      path,
      sha256Before: null,
      sha256After: sha256Of(scriptOf('Hero')),
      before: null,
      after: scriptOf('Hero'),
    };
    const ledger = makeMemoryLedger([entry]);
    harness = await startHarness({ ledger });
    await expect.poll(() => ledger.outcomes()).toEqual(['not_applied']);
  });
});

describe('a change that Unity itself would not take', () => {
  const long = scriptOf('Hero', `    // ${'x'.repeat(1_000)}\n`.repeat(106));
  it.each([
    ['to more than 64 KiB of new text', scriptOf('Hero'), long],
    ['above the first using', `// old\n${scriptOf('Hero')}`, `// new\n${scriptOf('Hero')}`],
  ])('(%s) is written whole, compiled, and can be taken back', async (_what, before, after) => {
    harness = await startHarness();
    await harness.generate('Hero', before);
    const there = await harness.unity.planScript({ name: 'Hero', contents: after }, harness.context);
    const outcome = await harness.unity.unityGenerateScript(there, harness.context);
    expect(await harness.disk(path)).toBe(after);
    expect(outcome.compile.status).toBe('ok');
    const swapped = { before: after, after: before, sha256Before: there.sha256After, sha256After: there.sha256Before };
    const back = { ...there, ...swapped, sha256After: swapped.sha256After ?? '' };
    await harness.unity.unityApplyPatch(back, harness.context);
    expect(await harness.disk(path)).toBe(before);
    expect(harness.ledger.outcomes()).toEqual(['applied', 'applied', 'applied']);
  });

  it('is not written over what somebody else wrote while it was decided about', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    const plan = await harness.unity.planScript({ name: 'Hero', contents: long }, harness.context);
    await harness.putOnDisk(path, scriptOf('Hero', '    int mine;\n'));
    await expect(harness.unity.unityGenerateScript(plan, harness.context)).rejects.toMatchObject({
      code: 'stale_file',
    });
    expect(await harness.disk(path)).toBe(scriptOf('Hero', '    int mine;\n'));
  });

  it('is one of several files as well, and put back with them', async () => {
    harness = await startHarness();
    await harness.generate('Hero', long);
    const hero = await harness.unity.planScript({ name: 'Hero', contents: scriptOf('Hero') }, harness.context);
    const enemy = await harness.unity.planScript({ name: 'Enemy', contents: scriptOf('Enemy') }, harness.context);
    harness.simulator.editor.faults.add({ kind: 'error', command: 'manage_script', action: 'create', times: 9 });
    await expect(harness.unity.unityApplyPatches([hero, enemy], harness.context)).rejects.toMatchObject({
      data: { failedPath: enemy.path, putBack: [path] },
    });
    expect(await harness.disk(path)).toBe(long);
  });
});

describe('a project whose folder is not readable here', () => {
  it('is warned of before it is written to: what cannot be kept, and what cannot be undone', async () => {
    harness = await startHarness({ adapter: { projectRoot: '/no/such/folder' } });
    await harness.generate('Hero', scriptOf('Hero', 'int a;\n'));
    const planned = async (search: string, replace: string) =>
      (await harness.unity.planPatch({ path, edits: [{ search, replace }] }, harness.context)).warnings;
    expect(await planned('int a;', 'int b;')).toEqual([expect.stringContaining('byte order mark')]);
    // A comment that comes above the first using cannot be taken away again.
    expect(await planned('using UnityEngine;', '// mine\nusing UnityEngine;')).toEqual([
      expect.stringContaining('byte order mark'),
      expect.stringContaining('could not be undone'),
    ]);
  });

  it('is written and read through the MCP', async () => {
    harness = await startHarness({ adapter: { projectRoot: '/no/such/folder' } });
    await harness.generate('Hero', scriptOf('Hero'));
    const plan = await harness.unity.planPatch(
      { path, edits: [{ search: '{\n}', replace: '{\n    int a;\n}' }] },
      harness.context,
    );
    await harness.unity.unityApplyPatch(plan, harness.context);
    const read = await harness.unity.readScript({ path }, harness.context);
    expect(read).toEqual({ contents: scriptOf('Hero', '    int a;\n'), sha256: plan.sha256After });
  });
});
