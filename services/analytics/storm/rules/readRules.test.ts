import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ValidationError } from '../../../../shared/errors/index.ts';
import { readRules } from './readRules.ts';
import { ruleKinds } from './ruleSchema.ts';

const shipped = readFileSync(new URL('spark.rules.yaml', import.meta.url), 'utf8');

function mistakesOf(text: string): string[] {
  try {
    readRules(text, 'x.yaml');
  } catch (error) {
    if (error instanceof ValidationError) return error.issues.map(({ path, message }) => `${path} ${message}`);
    throw error;
  }
  return [];
}

test('the rules that come with SPARK are right and use every kind', () => {
  const rules = readRules(shipped, 'spark.rules.yaml');
  expect(new Set(rules.map(({ kind }) => kind))).toEqual(new Set(ruleKinds));
});

test('times become milliseconds, and what is not said has its default', () => {
  expect(readRules(shipped, 'x').find(({ id }) => id === 'dead-letters-grow')).toEqual({
    id: 'dead-letters-grow',
    kind: 'dead_letters',
    severity: 'warning',
    summary: expect.any(String),
    clearAt: 0.8,
    window: 900_000,
    minGrowth: 1,
  });
});

test('every mistake of a file is told at once, each with its line', () => {
  const text = `version: 2
rules:
  - id: Slow Calls
    kind: latency
    severity: loud
    summary: x
    per: function
    window: 5 minutes
    baseline: 1h
    minCalls: 0
    minMs: 120001
    factor: 0.5
  - id: twice
    kind: dead_letters
    severity: info
    summary: ''
    window: 8d
    minGrowth: 1
    minGrwoth: 2
  - id: twice
    kind: heartbeat
  - kind: silent_consumer
    id: twice-not
    severity: info
    summary: x
    silentFor: 1m
extra: true
`;
  expect(mistakesOf(text)).toEqual([
    'x.yaml:1 version must be 1, the only version there is',
    'x.yaml:1 the file has no field extra',
    'x.yaml:3 rules[0].id must be lower-case words joined with "-"',
    'x.yaml:5 rules[0].severity must be one of info, warning, critical',
    'x.yaml:8 rules[0].window must be a time such as 90s, 5m, 1h or 1d',
    'x.yaml:10 rules[0].minCalls must be at least 1',
    'x.yaml:11 rules[0].minMs must be at most 120000',
    'x.yaml:12 rules[0].factor must be at least 1',
    'x.yaml:13 rules[1] has no field minGrwoth',
    'x.yaml:16 rules[1].summary must not be empty',
    'x.yaml:17 rules[1].window must not be longer than 7d',
    'x.yaml:20 rules[2].id twice is there twice',
    'x.yaml:21 rules[2].kind must be one of error_rate, latency, builds_failed, budget, dead_letters, silent_consumer',
    'x.yaml:22 rules[3].minLag must be a whole number',
  ]);
});

test('a key that is there twice is told beside the other mistakes', () => {
  expect(mistakesOf('version: 1\nversion: 1\nrules: []\n')).toEqual([
    'x.yaml:2 Map keys must be unique',
    'x.yaml:3 rules must not be empty',
  ]);
});

test('a text that is no YAML is told by its line', () => {
  expect(mistakesOf('version: 1\nrules: [\n')[0]).toMatch(/^x\.yaml:\d/);
});

test.each(['', '42', '[]', 'null'])('a file that is %j and no mapping is refused', (text) => {
  expect(mistakesOf(text)).toEqual(['x.yaml:1 the file must be a mapping']);
});
