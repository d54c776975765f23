import { describe, expect, it } from 'vitest';
import type { ProjectRules } from '../../../shared/contracts/projectTexts.ts';
import { makeTextDrafts } from '../../lib/draftStorage.ts';
import { failed, makeFakeClient, ok, type FakeRoutes } from '../../testing/fakeClient.ts';
import { sampleSnapshot, sessionId } from '../../testing/samples.ts';
import { makeOpenSession } from '../sessions/index.ts';
import { makeProject } from './projectStore.ts';

const rules = (version: number, text: string): ProjectRules => ({
  projectName: 'SparkSample',
  version,
  text,
  createdAt: null,
  told: text,
});
const prompt = { promptId: 'p', name: 'Review', text: 'Look.', projectName: null, updatedAt: '' };

async function setUp(routes: FakeRoutes) {
  const client = makeFakeClient({
    'session.open': () => ok(sampleSnapshot()),
    'prompt.list': () => ok({ prompts: [prompt] }),
    'rules.history': () => ok({ versions: [] }),
    'policy.list': () => ok({ rules: [] }),
    ...routes,
  });
  const openSession = makeOpenSession({ client, schedule: (run) => run() });
  const entries = new Map<string, string>();
  const texts = makeTextDrafts(
    { getItem: (key) => entries.get(key) ?? null, setItem: (key, value) => void entries.set(key, value) },
    'spark.rules',
  );
  const project = makeProject({ client, openSession: openSession.store, texts });
  await openSession.open(sessionId);
  return { client, project };
}

describe('the texts of a project', () => {
  it('that were written and not saved are there again, each project’s own', async () => {
    const { project } = await setUp({});
    project.keepDraft('SparkSample', 'Use the new Input System');
    project.keepDraft('Meadow', 'No plugins');
    project.keepDraft('Meadow', null);
    expect([project.draftOf('SparkSample'), project.draftOf('Meadow')]).toEqual(['Use the new Input System', null]);
  });

  it('that were sent are forgotten when they are saved; what was written meanwhile stays', async () => {
    const { project } = await setUp({});
    project.keepDraft('SparkSample', 'Use URP');
    const first = project.sendingDraft('SparkSample');
    project.keepDraft('SparkSample', 'Use URP, no plugins');
    const second = project.sendingDraft('SparkSample');
    expect([first(), project.draftOf('SparkSample')]).toEqual([false, 'Use URP, no plugins']);
    expect([second(), project.draftOf('SparkSample')]).toEqual([true, null]);
  });

  it('are there as soon as a session is opened, so that a slash finds its prompts', async () => {
    const { project } = await setUp({});
    await expect.poll(() => project.store.getState().prompts).toEqual([prompt]);
    expect(project.store.getState().rules).toBeNull();
  });

  it('tell the id of a new prompt, so that it is not made twice, and why one could not be kept', async () => {
    let isAway = false;
    const made = { ...prompt, promptId: 'new' };
    const { project } = await setUp({
      'prompt.save': () => (isAway ? failed('connection_closed', 'away') : ok({ prompt: made })),
    });
    const draft = { name: 'Review', text: 'Look.', everywhere: true };
    expect(await project.savePrompt(draft)).toBe('new');
    isAway = true;
    expect(await project.savePrompt(draft)).toBeNull();
    expect(project.store.getState().error?.message).toBe('away');
  });

  it('of rules that another window changed meanwhile are those of that window, and say so', async () => {
    let now = rules(1, 'one');
    const { project } = await setUp({
      'rules.get': () => ok(now),
      'rules.set': () => ok({ kind: 'changed_meanwhile', rules: now }),
    });
    await project.load();
    now = rules(2, 'theirs');
    expect(await project.saveRules('mine')).toBe(false);
    expect(project.store.getState()).toMatchObject({ rules: { version: 2, text: 'theirs' }, isStale: true });
  });

  it('are read again when they change elsewhere', async () => {
    let now = rules(1, 'one');
    const { client, project } = await setUp({ 'rules.get': () => ok(now) });
    await project.load();
    now = rules(2, 'two');
    client.push('rules.changed', { projectName: 'SparkSample' });
    await expect.poll(() => project.store.getState().rules?.text).toBe('two');
  });

  it('that could not be saved are not lost: the reason is said and what was kept stays', async () => {
    const { project } = await setUp({
      'rules.get': () => ok(rules(1, 'one')),
      'rules.set': () => failed('internal', 'The disk is full.'),
    });
    await project.load();
    expect(await project.saveRules('mine')).toBe(false);
    expect(project.store.getState()).toMatchObject({ rules: { text: 'one' }, error: { message: 'The disk is full.' } });
  });
});
