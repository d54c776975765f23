import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { makeUnityEditorSim, type UnityEditorSim } from '../../sandbox/unity/index.ts';
import {
  hashOf,
  makeUnityAdapter,
  type EditorTransition,
  type SessionProjects,
  type UnityConnection,
} from './index.ts';
import { startFront } from './testing/front.ts';
import { contextOf, makeMemoryLedger, quiet, scriptOf } from './testing/harness.ts';

const releases: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).toReversed()) await release();
});

const [mine, theirs] = ['018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000002'] as const;

async function editor(): Promise<UnityEditorSim> {
  const projectDir = await mkdtemp(join(tmpdir(), 'spark-unity-'));
  const made = await makeUnityEditorSim({ projectDir, compileMs: 60, reloadMs: 60 });
  releases.push(async () => {
    await made.close();
    await rm(projectDir, { recursive: true, force: true });
  });
  return made;
}

/** Two editors, and a memory of which session works in which project that outlives a connection. */
async function setUp() {
  const editors = [await editor(), await editor()] as const;
  const { url, close } = await startFront({ editors });
  releases.push(close);
  const bound = new Map<string, { readonly name: string; readonly hash: string | null }>();
  const projects: SessionProjects = {
    of: (sessionId) => bound.get(sessionId) ?? null,
    bind: (sessionId, project) => void bound.set(sessionId, project),
  };
  const transitions: EditorTransition[] = [];
  const connect = (): UnityConnection => {
    const ledger = makeMemoryLedger();
    const onTransition = (transition: EditorTransition) => void transitions.push(transition);
    const unity = makeUnityAdapter({ url, ledger, logger: quiet, pollMs: 100, fastPollMs: 50, projects, onTransition });
    releases.push(() => unity.close());
    return unity;
  };
  return { editors, bound, connect, transitions };
}

const write = async (unity: UnityConnection, sessionId: string, name: string) => {
  const context = { ...contextOf(), sessionId };
  const plan = await unity.planScript({ name, contents: scriptOf(name) }, context);
  return await unity.unityGenerateScript(plan, context);
};
const bind = (project: UnityEditorSim) => ({ name: project.projectName, hash: project.projectHash });

describe('a session', () => {
  it('is bound to the editor that it first works in', async () => {
    const { editors, bound, connect } = await setUp();
    const unity = connect();
    await unity.chooseInstance(editors[0].projectHash);
    await write(unity, mine, 'Mine');
    expect(bound.get(mine)).toEqual(bind(editors[0]));
  });

  it('is followed to its project when another session has worked in the other one', async () => {
    const { editors, bound, connect } = await setUp();
    bound.set(mine, bind(editors[0]));
    bound.set(theirs, bind(editors[1]));
    const unity = connect();
    const both = await Promise.all([write(unity, mine, 'Mine'), write(unity, theirs, 'Theirs')]);
    expect(both.every(({ created }) => created)).toBe(true);
    for (const [index, sessionId] of [mine, theirs].entries()) {
      const context = { ...contextOf(), sessionId };
      const name = ['Mine', 'Theirs'][index] ?? '';
      expect(await unity.readScript({ path: `Assets/Scripts/${name}.cs` }, context)).toMatchObject({
        contents: scriptOf(name),
      });
    }
  });

  it('is never served by another project when its own is closed', async () => {
    const { editors, bound, connect } = await setUp();
    bound.set(mine, bind(editors[0]));
    editors[0].closeEditor();
    const unity = connect();
    await expect(write(unity, mine, 'Mine')).rejects.toMatchObject({ code: 'unity_no_editor' });
    expect(unity.editor.status().detail).toContain(editors[1].projectName);
  });

  it('known by its name only takes the hash of the project of that name', async () => {
    const { editors, bound, connect } = await setUp();
    bound.set(mine, { name: editors[1].projectName, hash: null });
    await write(connect(), mine, 'Mine');
    expect(bound.get(mine)).toEqual(bind(editors[1]));
  });

  it('does not settle its writes in another project', async () => {
    const { editors, bound } = await setUp();
    bound.set(mine, bind(editors[0]));
    const { url, close } = await startFront({ editors: [editors[1]], alone: true });
    releases.push(close);
    const entry = { writeId: 'w', sessionId: mine, callId: null, path: 'Assets/Scripts/Mine.cs' };
    const text = { sha256Before: null, sha256After: 'a'.repeat(64), before: null, after: 'x' };
    const ledger = makeMemoryLedger([{ ...entry, ...text }]);
    const projects: SessionProjects = { of: (sessionId) => bound.get(sessionId) ?? null, bind: () => undefined };
    const unity = makeUnityAdapter({ url, ledger, logger: quiet, pollMs: 50, fastPollMs: 50, projects });
    releases.push(() => unity.close());
    await write(unity, theirs, 'Theirs');
    expect(ledger.outcomes()).toEqual([null, 'applied']);
  });
});

describe('the state of the editor', () => {
  it('is told with each change and the time spent in the state before', async () => {
    const { editors, connect, transitions } = await setUp();
    const unity = connect();
    await expect.poll(() => unity.editor.status().kind).toBe('choose_instance');
    await unity.editor.choose(editors[0].projectHash);
    await expect.poll(() => unity.editor.status().kind).toBe('ready');
    expect(hashOf(unity.editor.status().instanceId)).toBe(editors[0].projectHash);
    const kinds = transitions.map(({ from, to }) => `${from} > ${to}`);
    expect(kinds.slice(0, 2)).toEqual(['server_away > choose_instance', 'choose_instance > ready']);
    expect(transitions.every(({ ms }) => ms >= 0)).toBe(true);
    expect(transitions.at(-1)).toMatchObject({ projectHash: editors[0].projectHash });
  });
});
