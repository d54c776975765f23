import { beforeEach, describe, expect, it } from 'vitest';
import { makeInstructions } from '../functions/index.ts';
import type { Journal } from '../journal/index.ts';
import { makeFakeEngine, type FakeEngine } from '../testing/fakeEngine.ts';
import { addSession, sessionId } from '../testing/testJournal.ts';
import { useJournal } from '../testing/useJournal.ts';
import { projectTextRoutes } from './projectTexts.ts';

let journal: Journal;
const { reopen } = useJournal((opened) => (journal = opened));
let engine: FakeEngine;
let pushed: string[];
const routes = () => projectTextRoutes({ journal, engine, push: ({ name }) => void pushed.push(name) });
const otherId = '01a20000-0000-7000-8000-0000000000ee';

beforeEach(() => {
  engine = makeFakeEngine();
  pushed = [];
  journal.sessions.setProject(sessionId, { name: 'Game', hash: 'aaa' });
  addSession(journal, otherId);
  journal.sessions.setProject(otherId, { name: 'Game', hash: 'bbb' });
});

describe("a project's rules", () => {
  it('are told to the sessions of the project at once, and stand in the instructions of later ones word for word', async () => {
    expect(await routes()['rules.get']({ sessionId })).toEqual({
      projectName: 'Game',
      version: 0,
      text: '',
      createdAt: null,
      told: '',
    });
    const text = 'Use the new Input System.\nNamespaces begin with Game.';
    const saved = await routes()['rules.set']({ sessionId, text, onVersion: 0 });
    expect(saved).toMatchObject({ kind: 'saved', rules: { version: 1, text } });
    expect(saved.rules.told).toContain(text);
    expect(makeInstructions(null, 'given', null, text)).toContain(saved.rules.told);
    expect(makeInstructions(null, 'given', null, '')).not.toContain("developer's rules");
    expect(engine.asked).toEqual([expect.stringContaining(text)]);
    expect(pushed).toEqual(['rules.changed']);
    // Another project of the same name has none of it.
    expect(await routes()['rules.get']({ sessionId: otherId })).toMatchObject({ version: 0, text: '' });
  });

  it('are kept in every version, and the newest holds after a restart', async () => {
    await routes()['rules.set']({ sessionId, text: 'one', onVersion: 0 });
    await routes()['rules.set']({ sessionId, text: 'two', onVersion: 1 });
    await routes()['rules.set']({ sessionId, text: '', onVersion: 2 });
    reopen();
    const { versions } = await routes()['rules.history']({ sessionId });
    expect(versions.map(({ version, text }) => [version, text])).toEqual([
      [3, ''],
      [2, 'two'],
      [1, 'one'],
    ]);
    expect(await routes()['rules.get']({ sessionId })).toMatchObject({ version: 3, told: '' });
    expect(engine.asked.at(-1)).toContain('none of them hold any more');
  });

  it('that were changed in another window meanwhile are not written over', async () => {
    await routes()['rules.set']({ sessionId, text: 'one', onVersion: 0 });
    const late = await routes()['rules.set']({ sessionId, text: 'mine', onVersion: 0 });
    expect(late).toMatchObject({ kind: 'changed_meanwhile', rules: { version: 1, text: 'one' } });
    expect((await routes()['rules.get']({ sessionId })).text).toBe('one');
  });

  it('that are saved unchanged are no new version, and nobody is told', async () => {
    await routes()['rules.set']({ sessionId, text: 'one', onVersion: 0 });
    await routes()['rules.set']({ sessionId, text: 'one', onVersion: 1 });
    expect(engine.asked).toHaveLength(1);
    expect((await routes()['rules.get']({ sessionId })).version).toBe(1);
  });
});

describe('saved prompts', () => {
  it('are offered in their project or everywhere, by name', async () => {
    const save = (name: string, everywhere: boolean) =>
      routes()['prompt.save']({ sessionId, promptId: undefined, name, text: `${name}!`, everywhere });
    await save('review', false);
    await save('Build and test', true);
    const namesIn = async (id: string) =>
      (await routes()['prompt.list']({ sessionId: id })).prompts.map(({ name }) => name);
    expect(await namesIn(sessionId)).toEqual(['Build and test', 'review']);
    journal.sessions.setProject(otherId, { name: 'Tool', hash: 'ccc' });
    expect(await namesIn(otherId)).toEqual(['Build and test']);
    expect(pushed).toEqual(['prompts.changed', 'prompts.changed']);
  });

  it('are changed under their id and deleted once', async () => {
    const { prompt } = await routes()['prompt.save']({
      sessionId,
      promptId: undefined,
      name: 'a',
      text: 'b',
      everywhere: true,
    });
    await routes()['prompt.save']({ sessionId, promptId: prompt.promptId, name: 'c', text: 'd', everywhere: true });
    expect((await routes()['prompt.list']({ sessionId })).prompts).toMatchObject([{ name: 'c', text: 'd' }]);
    const gone = () => routes()['prompt.delete']({ promptId: prompt.promptId });
    expect([await gone(), await gone()]).toEqual([{ deleted: true }, { deleted: false }]);
    expect((await routes()['prompt.list']({ sessionId })).prompts).toEqual([]);
  });
});
