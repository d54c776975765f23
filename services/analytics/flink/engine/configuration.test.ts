import { expect, test } from 'vitest';
import { withoutSecrets } from './cluster.ts';
import { makeConfiguration, memoryOf } from './configuration.ts';

const at = (parallelism: number, metricsPort?: number): string =>
  makeConfiguration({ restPort: 8_081, rpcPort: 6_123, tempDir: '/run/flink', parallelism, metricsPort });

test('there are as many slots as the job has of everything, and memory for each of them', () => {
  expect(at(1)).toContain('taskmanager.numberOfTaskSlots: 1\n');
  expect(at(1)).toContain('taskmanager.memory.process.size: 1024m\n');
  expect(at(4)).toContain('taskmanager.numberOfTaskSlots: 4\n');
  expect(at(4)).toContain('taskmanager.memory.network.max: 80m\n');
  expect(at(1)).toContain('taskmanager.memory.managed.size: 32m\n');
  expect(at(4)).toContain('taskmanager.memory.managed.size: 128m\n');
  expect(at(4)).toContain(`taskmanager.memory.process.size: ${memoryOf(4).taskManagerMiB}m\n`);
  expect(memoryOf(4).taskManagerMiB).toBeGreaterThan(memoryOf(2).taskManagerMiB);
});

test('nothing of it is open to another machine', () => {
  const addresses = [...at(2).matchAll(/^\S*(?:address|host): (.*)$/gm)].map(([, value]) => value);
  expect(addresses.length).toBeGreaterThan(4);
  expect(new Set(addresses)).toEqual(new Set(['127.0.0.1']));
});

test('metrics are offered only where a port is given, and each of the two processes has one', () => {
  expect(at(1)).not.toContain('metrics');
  expect(at(1, 9_250)).toContain('metrics.reporter.prometheus.port: 9250-9251\n');
});

test('a password that Flink repeats is not passed on, neither as it is nor as it stands in SQL', () => {
  const said = `'username' = 'spark',\n  'password' = 'it''s;secret',\nFATAL: it's;secret is wrong`;
  expect(withoutSecrets(said, ["it's;secret"])).toBe(
    `'username' = 'spark',\n  'password' = '***',\nFATAL: *** is wrong`,
  );
  expect(withoutSecrets(said, [''])).toBe(said);
});
