import exporters from '../prometheus/exporters.json' with { type: 'json' };
import { makeAnalyticsRegistry, makeConsumerRegistry, makeWebRegistry } from './registries.ts';

/** Words of PromQL that are no metrics. */
const words: ReadonlySet<string> = new Set(
  'and or unless bool offset on ignoring by without group_left group_right inf nan'.split(' '),
);

/** The metrics that an expression reads. */
export function metricsOf(expression: string): string[] {
  const bare = expression
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '');
  const names = [...bare.matchAll(/(?<![\w.:])([a-zA-Z_:][\w:]*)(?!\s*\(|[\w:])/g)].map(([, name]) => name ?? '');
  return [...new Set(names)].filter((name) => !words.has(name.toLowerCase()));
}

/** Every metric that there is to read: of our own programs, of the exporters, and what Prometheus itself says of a target. */
export function knownMetrics(): Set<string> {
  const known = new Set(['up', ...Object.values(exporters).flatMap(({ metrics }) => metrics)]);
  for (const registry of [makeConsumerRegistry(), makeAnalyticsRegistry(), makeWebRegistry()]) {
    for (const { name, type } of registry
      .getMetricsAsArray()
      .map((metric) => ({ name: metric.name, type: String(metric.type) }))) {
      known.add(name);
      if (type === 'histogram') for (const part of ['bucket', 'sum', 'count']) known.add(`${name}_${part}`);
    }
  }
  return known;
}
