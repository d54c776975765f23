import { readdir } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { makeStormParent, type StormParent } from '../testing/stormParent.ts';
import { runBolt, type Bolt } from './bolt.ts';
import { runSpout, type Spout } from './spout.ts';

const parents: StormParent[] = [];
afterEach(async () => {
  for (const parent of parents.splice(0)) await parent.close();
});

/** A spout or bolt in this process, and Storm's end of its pipes. */
async function start(run: (pipes: { input: PassThrough; output: PassThrough }) => Promise<void>) {
  const pipes = { input: new PassThrough(), output: new PassThrough() };
  const ended = run(pipes);
  ended.catch(() => undefined).finally(() => pipes.output.end());
  const parent = await makeStormParent(pipes);
  parents.push(parent);
  return { parent, ended, pipes };
}
const startBolt = (bolt: Bolt) => start((pipes) => runBolt(pipes, bolt));

test('the handshake leaves a file with the process id, and comes after the bolt is ready', async () => {
  const steps: unknown[] = [];
  const { parent } = await startBolt({
    open: async ({ conf }) => void steps.push(conf['topology.name']),
    process: async () => undefined,
  });
  expect(steps).toEqual(['test']);
  expect(await readdir(parent.pidDir)).toEqual([String(process.pid)]);
});

test('what a bolt emits is anchored to its tuple, which is acknowledged after it', async () => {
  const { parent } = await startBolt({
    async process({ tuple }, emit) {
      emit([tuple[0], 1]);
      emit(['x'], 'other');
    },
  });
  expect(await parent.tuple(['a'])).toEqual([
    { command: 'emit', tuple: ['a', 1], stream: 'default', anchors: ['1'], need_task_ids: false },
    { command: 'emit', tuple: ['x'], stream: 'other', anchors: ['1'], need_task_ids: false },
    { command: 'ack', id: '1' },
  ]);
});

test('a tuple that a bolt cannot process fails with the reason, and the next one is processed', async () => {
  const { parent } = await startBolt({
    async process({ tuple }) {
      if (tuple[0] === 'bad') throw new Error('it is bad');
    },
  });
  expect(await parent.tuple(['bad'])).toEqual([
    { command: 'error', msg: expect.stringContaining('it is bad') },
    { command: 'fail', id: '1' },
  ]);
  expect(await parent.tuple(['good'])).toEqual([{ command: 'ack', id: '2' }]);
});

test('a heartbeat is answered and a tick is not processed as a tuple', async () => {
  const steps: string[] = [];
  const { parent } = await startBolt({
    process: async () => void steps.push('tuple'),
    tick: async () => void steps.push('tick'),
  });
  parent.send({ id: 'h', comp: '__system', stream: '__heartbeat', task: -1, tuple: [] });
  expect(await parent.next()).toEqual({ command: 'sync' });
  expect(await parent.tuple([5], { comp: '__system', stream: '__tick', task: -1 })).toEqual([
    { command: 'ack', id: '1' },
  ]);
  expect(steps).toEqual(['tick']);
});

test('the ids of tasks are no tuples', async () => {
  const { parent } = await startBolt({ process: async () => undefined });
  parent.send([1, 2]);
  expect(await parent.tuple(['a'])).toEqual([{ command: 'ack', id: '1' }]);
});

test('tuples are processed one after the other, in their order', async () => {
  const order: string[] = [];
  const { parent } = await startBolt({
    async process({ tuple }) {
      const name = String(tuple[0]);
      order.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} ends`);
    },
  });
  await Promise.all([parent.tuple(['a']), parent.tuple(['b'])]);
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('a bolt ends when Storm closes its input', async () => {
  const { pipes, ended } = await startBolt({ process: async () => undefined });
  pipes.input.end();
  await expect(ended).resolves.toBeUndefined();
});

test.each([
  ['no JSON', '{"id":'],
  ['no tuple', '{"id":"1","task":"one"}'],
])('a bolt ends with an error when Storm sends what is %s', async (_name, text) => {
  const { pipes, ended } = await startBolt({ process: async () => undefined });
  pipes.input.write(`${text}\nend\n`);
  await expect(ended).rejects.toMatchObject({ code: 'invalid_input' });
});

test('every command to a spout is answered, after what it emits', async () => {
  const heard: string[] = [];
  const spout: Spout = {
    async next(emit) {
      emit(['a'], { id: '7' });
      emit(['b'], { stream: 'other' });
    },
    ack: (id) => void heard.push(`ack ${id}`),
    fail: (id) => void heard.push(`fail ${id}`),
  };
  const { parent } = await start((pipes) => runSpout(pipes, spout));
  expect(await parent.command('activate')).toEqual([]);
  expect(await parent.command('next')).toEqual([
    { command: 'emit', tuple: ['a'], stream: 'default', need_task_ids: false, id: '7' },
    { command: 'emit', tuple: ['b'], stream: 'other', need_task_ids: false },
  ]);
  await parent.command('ack', '7');
  await parent.command('fail', '8');
  expect(await parent.command('deactivate')).toEqual([]);
  expect(heard).toEqual(['ack 7', 'fail 8']);
});
