import { describe, expect, it } from 'vitest';
import { failed, makeFakeClient, ok, type FakeRoutes } from '../../testing/fakeClient.ts';
import { sampleHealth, sampleSetup } from '../../testing/samples.ts';
import { makeProgram } from './programStore.ts';

const config = { items: [], secrets: 'session' as const };
const start = (routes: FakeRoutes) => {
  const client = makeFakeClient({
    'app.get': () => ok({ version: '1', host: 'web', simulated: false, health: sampleHealth(), setup: sampleSetup }),
    'config.list': () => ok(config),
    ...routes,
  });
  return { client, program: makeProgram({ client }) };
};
const routesOf = (client: { readonly requests: readonly { readonly route: string }[] }): string[] =>
  client.requests.map(({ route }) => route);

describe('the program behind the window', () => {
  it('says that values are being used, and why they could not be', async () => {
    const { program } = start({ 'config.update': () => failed('busy', 'Something runs.') });
    const saving = program.update({ SPARK_USER_ID: 'me' });
    expect(program.store.getState().busy).toBe('saving');
    expect(await saving).toBe(false);
    expect(program.store.getState()).toMatchObject({ busy: null, error: { message: 'Something runs.' } });
    program.forgetError();
    expect(program.store.getState().error).toBeNull();
  });

  it('shows a test while it runs and then its answer, also one that never came', async () => {
    const answer = { status: 'ok', detail: 'Connected.', address: 'db:5432', latencyMs: 2 } as const;
    const { program } = start({
      'setup.test': ({ target }) => (target === 'primary' ? ok(answer) : failed('timeout', 'No answer.')),
    });
    const running = program.test('primary');
    expect(program.store.getState().tests.primary).toBe('running');
    await running;
    await program.test('nats');
    expect(program.store.getState().tests).toEqual({
      primary: answer,
      nats: { status: 'failed', detail: 'No answer.', address: null, latencyMs: null },
    });
  });

  it('asks again, for what was shown only, when the program was opened again or is back', async () => {
    const { client, program } = start({});
    client.push('app.reopened', {});
    expect(routesOf(client)).toEqual(['app.get']);
    await program.loadConfig();
    client.setConnection('open');
    expect(routesOf(client)).toEqual(['app.get', 'config.list', 'app.get', 'config.list']);
  });

  it('finds no problem where nobody can be asked: the program refuses wrong values again when they are saved', async () => {
    const { program } = start({ 'config.check': () => failed('connection_closed', 'Away.') });
    expect(await program.check({ SLATE_DB_PORT: 'x' })).toEqual({});
  });
});
