import { expect, it } from 'vitest';
import type { DependencyHealth } from '../../../shared/contracts/api/index.ts';
import { dependencyLabel, shortLabel } from './dependencyTone.ts';
import { worstOf } from './healthStore.ts';
import { withoutIt } from './purposes.ts';

const nats = (status: DependencyHealth['status'], label: string): DependencyHealth => ({
  id: 'nats',
  status,
  label,
  detail: '',
  simulated: false,
  latencyMs: null,
});

it('a server that nobody has set up is none, not one that is off and comes back', () => {
  expect(dependencyLabel(nats('off', 'no NATS'))).toBe('no NATS');
  expect(dependencyLabel({ ...nats('off', 'no database'), id: 'primary' })).toBe('no database');
  expect(withoutIt(nats('off', 'no NATS'))).toMatch(/^Optional/);
  expect(dependencyLabel(nats('down', 'away'))).toBe('NATS away');
  expect(withoutIt(nats('down', 'away'))).toContain('when it is back');
});

it('a server that is well can be its name alone, and what is wrong is told whole', () => {
  expect(shortLabel(nats('ok', 'connected'))).toEqual({ short: 'NATS', rest: ' connected' });
  expect(shortLabel(nats('down', 'away'))).toEqual({ short: 'NATS away', rest: '' });
  expect(shortLabel({ ...nats('ok', 'SparkSample · ready'), id: 'unity' })).toEqual({
    short: 'Unity SparkSample · ready',
    rest: '',
  });
});

it('the worst is a model or an editor that nobody has set up, before a server that is not there', () => {
  const ok = { ...nats('ok', 'open'), id: 'journal' } as const;
  const noModel = { ...nats('off', 'no model'), id: 'model' } as const;
  expect(worstOf([ok, nats('off', 'no NATS'), noModel])?.id).toBe('model');
  expect(worstOf([noModel, nats('down', 'away')])?.id).toBe('nats');
});
