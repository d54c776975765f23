import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { responseFrameSchema, routeTable, type ApiHandlers } from '../../contracts/index.ts';
import { AppError } from '../../errors/index.ts';
import { makeLogger } from '../logging/index.ts';
import { makeDispatcher } from './dispatchRequest.ts';
import { fakeHandlers } from './testing/fakeHandlers.ts';

const sessionId = '0199a7c8-0000-7000-8000-000000000001';

function dispatcher(handlers: Partial<ApiHandlers>) {
  const lines: string[] = [];
  const logger = makeLogger({ name: 'test', level: 'info', sink: { write: (line) => void lines.push(line) } });
  const dispatch = makeDispatcher({ handlers: fakeHandlers(handlers), logger });
  return { lines, ask: (route: string, input: unknown) => dispatch({ kind: 'request', id: 7, route, input }) };
}

test('the handler receives the parsed input and its output is the answer', async () => {
  const { ask } = dispatcher({ 'chat.cancel': async (input) => ({ cancelled: input.sessionId === sessionId }) });
  expect(await ask('chat.cancel', { sessionId })).toEqual({
    kind: 'response',
    id: 7,
    ok: true,
    output: { cancelled: true },
  });
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'chat.cancel ', 'CHAT.CANCEL'])(
  '%s is not a route',
  async (route) => {
    const { ask } = dispatcher({});
    expect(await ask(route, {})).toMatchObject({ ok: false, error: { code: 'unknown_route' } });
  },
);

test('wrong input never reaches the handler and every problem is named', async () => {
  let reached = false;
  const { ask } = dispatcher({
    'chat.cancel': async () => {
      reached = true;
      return { cancelled: true };
    },
  });
  const answer = await ask('chat.cancel', { sessionId: 'x', more: 1 });
  expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  expect(JSON.stringify(answer)).toContain('sessionId');
  expect(reached).toBe(false);
});

test('an AppError crosses with its code, message and data', async () => {
  const { ask } = dispatcher({
    'chat.cancel': () => Promise.reject(new AppError('denied', 'You said no.', { data: { path: 'Assets/A.cs' } })),
  });
  expect(await ask('chat.cancel', { sessionId })).toMatchObject({
    ok: false,
    error: { code: 'denied', message: 'You said no.', data: { path: 'Assets/A.cs' } },
  });
});

test('data that cannot travel is left out of the error, not the error', async () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const { ask } = dispatcher({ 'chat.cancel': () => Promise.reject(new AppError('denied', 'No.', { data: cycle })) });
  expect(await ask('chat.cancel', { sessionId })).toMatchObject({
    ok: false,
    error: { code: 'denied', message: 'No.' },
  });
});

test('any other error is logged with its stack and crosses without its text', async () => {
  const { ask, lines } = dispatcher({ 'chat.cancel': () => Promise.reject(new TypeError('secret detail')) });
  const answer = await ask('chat.cancel', { sessionId });
  expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } });
  expect(JSON.stringify(answer)).not.toContain('secret detail');
  expect(lines.join()).toContain('secret detail');
});

test('whatever is asked, there is an answer of the documented shape', async () => {
  const { ask } = dispatcher({});
  const route = fc.oneof(fc.constantFrom(...routeTable.keys()), fc.string());
  await fc.assert(
    fc.asyncProperty(route, fc.anything(), async (name, input) => {
      expect(responseFrameSchema.safeParse(await ask(name, input)).success).toBe(true);
    }),
  );
});
