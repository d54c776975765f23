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

/** `Unity SparkSample · ready`, `NATS away`. The label of a degraded one says itself what it does (`reloading`). */
export function dependencyLabel({ id, status, label }: DependencyHealth): string {
  const name = dependencyNames[id];
  // `no NATS` says it: nobody has set it up.
  if (status === 'off' && label.startsWith('no ')) return label;
  if (label === '') return `${name} ${statusWords[status]}`;
  const text = label.toLowerCase().includes(name.toLowerCase()) || id === 'model' ? label : `${name} ${label}`;
  const says = status === 'ok' || status === 'degraded' || text.toLowerCase().includes(statusWords[status]);
  return says ? text : `${text} · ${statusWords[status]}`;
}

/** The label in two parts: what must be read, and what a server that is well can do without. */
export function shortLabel(dependency: DependencyHealth): { readonly short: string; readonly rest: string } {
  const text = dependencyLabel(dependency);
  const name = dependencyNames[dependency.id];
  const isServer = dependency.id !== 'model' && dependency.id !== 'unity';
  return isServer && dependency.status === 'ok' && text.startsWith(`${name} `)
    ? { short: name, rest: text.slice(name.length) }
    : { short: text, rest: '' };
}

/** *simulated* in words where a stand-in is used and the label does not say so already; else empty. */
export const simulatedWord = (dependency: DependencyHealth): string =>
  dependency.simulated && !/simulat/i.test(dependency.label) ? ' · simulated' : '';

export const dependencyText = (dependency: DependencyHealth): string =>
  dependencyLabel(dependency) + simulatedWord(dependency);
