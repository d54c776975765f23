import { expect, test } from 'vitest';
import { problemOf, readBlocks } from './readBlocks.ts';

const fence = '```';
const only = (info: string) => readBlocks(`text\n\n${fence}${info}\ntrue\n${fence}\n`);

test('a block has its line, its language and what is to be done with it', () => {
  const [block] = only('sh on=27 as=postgres');
  expect(block).toEqual({ line: 3, language: 'sh', text: 'true\n', attributes: { on: '27', as: 'postgres' } });
  expect(only('sh not-run="needs a disk"')[0]?.attributes).toEqual({ 'not-run': 'needs a disk' });
});

test('a block inside a list loses the indentation of the list', () => {
  const [block] = readBlocks(`1. Do\n\n   ${fence}sh on=27\n   a\n     b\n   ${fence}\n`);
  expect(block?.text).toBe('a\n  b\n');
});

test.each([
  ['sh', 'neither'],
  ['sql', 'neither'],
  ['conf on=27', 'conf needs file='],
  ['sh on=27 file=/etc/x', 'only conf'],
  ['sh not-run=""', 'a reason in words'],
  ['sh on=27 not-run="because of its size"', 'both'],
  ['', 'no language'],
])('%s is a problem', (info, problem) => {
  const [block] = only(info);
  if (block === undefined) throw new Error('no block');
  expect(problemOf(block)).toContain(problem);
});

test.each([
  'sh on=27',
  'sql on=27 db=x',
  'conf on=27 file=/etc/x',
  'sh not-run="needs a booted systemd"',
  'text',
  'json',
])('%s is in order', (info) => {
  const [block] = only(info);
  if (block === undefined) throw new Error('no block');
  expect(problemOf(block)).toBeUndefined();
});
