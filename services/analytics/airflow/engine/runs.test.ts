import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors/index.ts';
import { makeRest } from './rest.ts';
import { backfill, runOnce } from './runs.ts';

type Answer = (response: ServerResponse) => void;
const json =
  (body: unknown, status = 200): Answer =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const hangUp: Answer = (response) => void response.destroy();

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const path = '/api/v2/dags/dag/dagRuns';
const moment = '2026-11-23T00:15:00Z';
const until = AbortSignal.timeout(60_000);

/** A scheduler whose interface answers each question, by method and path without the run's id, in turn; the last stays. */
async function makeScheduler(answers: Readonly<Record<string, readonly Answer[]>>) {
  const asked: string[] = [];
  const ids = new Set<string>();
  const rest: Record<string, Answer[]> = Object.fromEntries(
    Object.entries(answers).map(([question, all]) => [question, [...all]]),
  );
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/auth/token') return json({ access_token: 'token' })(response);
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const id =
      request.method === 'POST'
        ? z.object({ dag_run_id: z.string() }).parse(JSON.parse(text)).dag_run_id
        : decodeURIComponent(request.url?.slice(path.length + 1).split('/')[0] ?? '');
    ids.add(id);
    const question = `${request.method} ${request.url?.endsWith('/taskInstances') === true ? 'tasks' : 'run'}`;
    asked.push(question);
    const queue = rest[question] ?? [];
    const next = queue.length > 1 ? queue.shift() : queue[0];
    (next ?? json({}, 404))(response);
  }
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const end = Promise.withResolvers<never>();
  return {
    asked,
    ids,
    /** As a part of Airflow that ends by itself. */
    end: () => end.reject(new AppError('airflow_failed', "Airflow's api-server ended.")),
    scheduler: {
      rest: makeRest({ url: `http://127.0.0.1:${port}`, dagId: 'dag', user: 'admin', password: 'secret' }),
      command: () => Promise.resolve(''),
      watch: (signal: AbortSignal) =>
        Promise.race([
          end.promise,
          new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
        ]),
    },
  };
}
const run = (state: string) => json({ dag_run_id: 'any', logical_date: moment, run_type: 'manual', state });
const tasks = json({ task_instances: [{ task_id: 'roll', state: 'success' }] });

test('an answer that was lost starts no second run, and a busy server is asked again', async () => {
  const { scheduler, asked, ids } = await makeScheduler({
    'POST run': [hangUp, json({ detail: 'it exists' }, 409)],
    'GET run': [run('queued'), json({ detail: 'database is locked' }, 500), hangUp, run('success')],
    'GET tasks': [tasks],
  });
  expect(await runOnce(scheduler, moment, until)).toMatchObject({ state: 'success', tasks: { roll: 'success' } });
  expect(asked).toEqual(['POST run', 'POST run', 'GET run', 'GET run', 'GET run', 'GET run', 'GET tasks']);
  expect(ids.size).toBe(1);
});

test('while nobody says whether a refused run is that of an earlier question, it is asked again', async () => {
  const { scheduler, ids } = await makeScheduler({
    'POST run': [hangUp, json({ detail: 'it exists' }, 409)],
    'GET run': [hangUp, json({ detail: 'database is locked' }, 500), run('queued'), run('success')],
    'GET tasks': [tasks],
  });
  expect(await runOnce(scheduler, moment, until)).toMatchObject({ state: 'success' });
  expect(ids.size).toBe(1);
});

test('a run that is refused is not asked for again: another one of that moment, or none at all', async () => {
  const { scheduler, asked } = await makeScheduler({ 'POST run': [json({ detail: 'that moment has one' }, 409)] });
  await expect(runOnce(scheduler, moment, until)).rejects.toMatchObject({
    code: 'airflow_failed',
    message: expect.stringContaining('that moment has one'),
  });
  expect(asked).toEqual(['POST run', 'GET run']);
});

test('when a part of Airflow ends nobody waits for an answer', async () => {
  const { scheduler, asked, end } = await makeScheduler({ 'POST run': [run('queued')], 'GET run': [hangUp] });
  const running = runOnce(scheduler, moment, until);
  await expect.poll(() => asked, { timeout: 20_000 }).toContain('GET run');
  end();
  await expect(running).rejects.toThrow("Airflow's api-server ended.");
});

test('a backfill is made again when SQLite refused it, and only then', async () => {
  const { scheduler } = await makeScheduler({ 'GET run': [json({ total_entries: 0, dag_runs: [] })] });
  const said = ['sqlite3.OperationalError: database is locked', 'Another backfill is running'];
  let tries = 0;
  const command = (): Promise<string> => Promise.reject(new AppError('airflow_failed', said[tries++] ?? ''));
  const days = { from: '2026-01-17', to: '2026-01-19' };
  await expect(backfill({ ...scheduler, command }, days, { signal: until })).rejects.toThrow(said[1]);
  expect(tries).toBe(2);
  const once = () =>
    ++tries === 3 ? Promise.reject(new AppError('airflow_failed', said[0] ?? '')) : Promise.resolve('');
  expect(await backfill({ ...scheduler, command: once }, days, { signal: until })).toEqual({ runs: 0, failed: 0 });
  expect(tries).toBe(4);
});
