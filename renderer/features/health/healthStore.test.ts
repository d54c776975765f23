import { describe, expect, it } from 'vitest';
import { failed, makeFakeClient, ok } from '../../testing/fakeClient.ts';
import { sampleSession } from '../../testing/samples.ts';
import { makeHealth } from './healthStore.ts';

const one = { instanceId: 'Game@1', projectName: 'Game', unityVersion: '6000.0.1f1', chosen: false };
const { sessionId } = sampleSession();

describe('the choice of a Unity Editor', () => {
  it('lists what is open and asks for the one that the person picks', async () => {
    const client = makeFakeClient({
      'unity.list_instances': () => ok({ instances: [one] }),
      'unity.choose_instance': () => ok({ session: sampleSession() }),
    });
    const health = makeHealth({ client });
    await health.listEditors(sessionId);
    await health.chooseEditor(sessionId, one.instanceId);
    expect(health.store.getState().editors).toEqual({ instances: [one], error: null });
    expect(client.requests.at(-1)).toEqual({
      route: 'unity.choose_instance',
      input: { sessionId, instanceId: 'Game@1' },
    });
  });

  it('says why an editor could not be chosen, and keeps the list', async () => {
    const client = makeFakeClient({
      'unity.list_instances': () => ok({ instances: [one] }),
      'unity.choose_instance': () => failed('not_found', 'It has closed.'),
    });
    const health = makeHealth({ client });
    await health.listEditors(sessionId);
    await health.chooseEditor(sessionId, one.instanceId);
    expect(health.store.getState().editors).toMatchObject({ instances: [one], error: { message: 'It has closed.' } });
  });
});
