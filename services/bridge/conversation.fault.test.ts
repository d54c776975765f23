import { expect, it } from 'vitest';
import { runConversationChaos } from './testing/conversation/chaos.ts';

/** The short form; the long one is `npm run chaos:conversation`. */
it('loses no message and doubles no call when it is killed in the middle of a conversation', async () => {
  const report = await runConversationChaos({ rounds: 4, seed: 7 });
  expect(report.wrong).toEqual([]);
  expect(report.rounds).toBe(4);
  expect(report.calls).toBeGreaterThan(0);
}, 180_000);
