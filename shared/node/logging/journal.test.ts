import { expect, it } from 'vitest';
import { makeJournalSink, makeLogger } from './index.ts';

it('marks each line for the journal with the priority of its level', () => {
  const lines: string[] = [];
  const sink = makeJournalSink({ write: (line) => void lines.push(line) });
  const logger = makeLogger({ name: 'test', level: 'trace', sink });
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) logger[level]('said');
  expect(lines.map((line) => line.slice(0, 3))).toEqual(['<7>', '<7>', '<6>', '<4>', '<3>', '<2>']);
  expect(JSON.parse(lines[3]?.slice(3) ?? '')).toMatchObject({ level: 40, msg: 'said' });
});
