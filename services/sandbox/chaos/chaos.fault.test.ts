import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { repositoryDir } from '../stack/paths.ts';
import { runChaos } from './rounds.ts';

/** The short form; the long one is `npm run chaos`. Left out are faults that are noticed after 20 s and more. */
const kinds = [
  'kill consumer',
  'kill nats',
  'kill primary',
  'kill publisher',
  'freeze consumer',
  'cut postgres',
  'truncate nats',
  'duplicate delivery',
  'deadlocks',
  'full postgres',
  'full stream',
  'stream purged',
  'stream deleted',
];

test(
  'whatever dies, every accepted event is one row or one dead letter, and no row is behind its events',
  { timeout: 240_000 },
  async () => {
    const report = await runChaos({
      rounds: 5,
      seed: 4,
      kinds,
      folder: join(repositoryDir, '.spark', 'test', `chaos-${process.pid}`),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ ok: true, rounds: 5, lost: 0, duplicated: 0, wrong: 0 });
    expect(report.accepted).toBeGreaterThan(500);
    expect(report.rows + report.deadLetters).toBe(report.accepted);
  },
);
