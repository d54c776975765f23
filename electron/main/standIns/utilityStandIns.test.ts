import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { makeUtilityStandIns, type StandInProcess } from './utilityStandIns.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });

class Child extends EventEmitter implements StandInProcess {
  ended = '';
  readonly #answersClose: boolean;
  constructor(answersClose: boolean) {
    super();
    this.#answersClose = answersClose;
  }
  postMessage(message: unknown): void {
    if (message === 'close' && this.#answersClose) this.#end('by itself');
  }
  kill(): boolean {
    this.#end('killed');
    return true;
  }
  #end(how: string): void {
    if (this.ended !== '') return;
    this.ended = how;
    this.emit('exit', 0);
  }
}

function sandbox(first: Readonly<Record<string, unknown>>, answersClose = true) {
  const children: Child[] = [];
  const start = makeUtilityStandIns({
    fork(name) {
      const child = new Child(answersClose);
      children.push(child);
      queueMicrotask(() => {
        if (first[name] === 'exit') child.emit('exit', 1);
        else child.emit('message', first[name]);
      });
      return child;
    },
    logger,
  });
  return { start: () => start('/data/sandbox'), children };
}
const ready = (env: Record<string, string>) => ({ kind: 'ready', env });

test('each stand-in has a process, their variables come together, and closing ends both', async () => {
  const { start, children } = sandbox({
    unity: ready({ UNITY_MCP_URL: 'http://127.0.0.1:1/mcp' }),
    model: ready({ SPARK_REALTIME_URL: 'ws://127.0.0.1:2' }),
  });
  const running = await start();
  expect(running.env).toMatchObject({
    UNITY_MCP_URL: 'http://127.0.0.1:1/mcp',
    SPARK_REALTIME_URL: 'ws://127.0.0.1:2',
    SPARK_SIMULATED: 'unity,model',
    NATS_URL: '',
    REDIS_HOST: '',
  });
  await running.close();
  expect(children.map(({ ended }) => ended)).toEqual(['by itself', 'by itself']);
});

test.each([['exit'], [{ kind: 'failed', message: 'no port' }], ['not a message']])(
  'when one does not start (%j) the other is ended and the reason is told',
  async (model) => {
    const { start, children } = sandbox({ unity: ready({}), model });
    await expect(start()).rejects.toThrow('The sandbox was not started');
    expect(children.every(({ ended }) => ended !== '')).toBe(true);
  },
);

test('a stand-in that does not close is ended', async () => {
  const { start, children } = sandbox({ unity: ready({}), model: ready({}) }, false);
  await (await start()).close();
  expect(children.map(({ ended }) => ended)).toEqual(['killed', 'killed']);
});
