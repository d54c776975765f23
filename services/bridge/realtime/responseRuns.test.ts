import { expect, test } from 'vitest';
import type { Connection } from './connection.ts';
import { defaultLimits } from './engine.ts';
import type { ClientEvent } from './protocol/index.ts';
import { makeResponseRuns } from './responseRuns.ts';
import { makeRecordingHost } from './testing.ts';

test('nothing is asked for on behalf of what was stopped before', async () => {
  const sent: ClientEvent[] = [];
  const over: Connection = {
    model: 'gpt-realtime',
    expiresAtMs: null,
    isOpen: () => true,
    check: () => undefined,
    send(event) {
      sent.push(event);
      // As a service would end it: without this a request that was made after all would wait for ever.
      if (event.type === 'response.create') queueMicrotask(runs.lose);
      return true;
    },
    backlogBytes: () => 0,
    close: () => undefined,
    terminate: () => undefined,
  };
  const runs = makeResponseRuns({ sessionId: 'session', host: makeRecordingHost(), limits: defaultLimits });
  const outcome = await runs.run({ over, messageId: 'message', signal: AbortSignal.abort() });
  expect(outcome).toEqual({ kind: 'lost', text: '' });
  expect(sent).toEqual([]);
});
