import { expect, it } from 'vitest';
import { failed, makeFakeClient, ok } from '../testing/fakeClient.ts';
import { makeCopyReport } from './report.ts';

function copy(answer: Parameters<typeof makeFakeClient>[0]['report.get'], canWrite = true) {
  const written: string[] = [];
  const report = makeCopyReport({
    client: makeFakeClient(answer === undefined ? {} : { 'report.get': answer }),
    write: async (text) => {
      if (canWrite) written.push(text);
      return await Promise.resolve(canWrite);
    },
    window: () => 'Browser · 800 × 600',
    now: () => new Date(0),
  });
  return { report, written };
}

it('a report has what was on the screen, the window and what SPARK says of itself', async () => {
  const { report, written } = copy(() => ok({ text: 'SPARK 1.0' }));
  expect(await report('The build failed.')).toBe(true);
  expect(written).toEqual([
    'What was on the screen\nThe build failed.\n\nWindow 1970-01-01T00:00:00.000Z · Browser · 800 × 600\n\nSPARK 1.0',
  ]);
});

it('a report is made also where SPARK does not answer', async () => {
  const { report, written } = copy(() => failed('connection_closed', 'Nothing was sent.'));
  expect(await report()).toBe(true);
  expect(written[0]).toContain('SPARK did not answer: connection_closed Nothing was sent.');
});

it('a clipboard that refuses is said', async () => {
  expect(await copy(() => ok({ text: '' }), false).report()).toBe(false);
});
