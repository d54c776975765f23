import type { DependencyHealth } from '../../../shared/contracts/api/index.ts';
import type { DotTone } from '../../components/Dot.tsx';
import { dependencyNames, statusWords } from './healthStore.ts';

export const dependencyTone: Readonly<Record<DependencyHealth['status'], DotTone>> = {
  ok: 'ok',
  connecting: 'busy',
  degraded: 'warn',
  down: 'bad',
  off: 'off',
};

/** The label of a degraded one says what it does (`reloading`). `Unity SparkSample · ready`, `NATS away`, with *simulated* in words where a stand-in is used. */
export function dependencyText({ id, status, label, simulated }: DependencyHealth): string {
  const name = dependencyNames[id];
  const short = label.toLowerCase().includes(name.toLowerCase()) || id === 'model' ? label : `${name} ${label}`;
  const text = label === '' ? `${name} ${statusWords[status]}` : short;
  const says = status === 'ok' || status === 'degraded' || text.toLowerCase().includes(statusWords[status]);
  const full = says ? text : `${text} · ${statusWords[status]}`;
  return simulated && !/simulat/i.test(full) ? `${full} · simulated` : full;
}
