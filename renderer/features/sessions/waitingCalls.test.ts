import { expect, it } from 'vitest';
import { sampleCall } from '../../testing/samples.ts';
import { waitingCalls } from './waitingCalls.ts';

const callsOf = (...states: ('awaiting_approval' | 'running')[]) =>
  new Map(states.map((state, n) => [`call${n}`, sampleCall(n, { callId: `call${n}`, state })] as const));

it('are the calls that wait, in their order', () => {
  expect(waitingCalls({ calls: callsOf('awaiting_approval', 'running', 'awaiting_approval') })).toEqual([
    'call0',
    'call2',
  ]);
});

it('are the same list as long as no call changes', () => {
  const calls = callsOf('awaiting_approval');
  expect(waitingCalls({ calls })).toBe(waitingCalls({ calls }));
  expect(waitingCalls({ calls: new Map(calls) })).not.toBe(waitingCalls({ calls }));
});
