import type { StreamConfig, StreamInfo } from '@nats-io/jetstream';

/** What becomes of one existing stream: the keys to send, and a line for each difference that is not sent. */
export interface ConfigChange {
  readonly send: Partial<StreamConfig>;
  /** `max_bytes 1 GiB → 2 GiB`, one for each key of `send`. */
  readonly changes: readonly string[];
  /** What stays as it is although it was asked for, and why. */
  readonly kept: readonly string[];
}

/**
 * Compares an existing stream with what is wanted. A limit is never put below what is stored, since JetStream would
 * delete the oldest messages to obey it; what JetStream cannot change is told with the way out.
 */
export function planChange(existing: StreamInfo, wanted: Partial<StreamConfig>): ConfigChange {
  const { config, state } = existing;
  const current = new Map<string, unknown>(Object.entries(config));
  const send: Record<string, unknown> = {};
  const changes: string[] = [];
  const kept: string[] = [];
  for (const [key, value] of Object.entries(wanted)) {
    const before = current.get(key);
    if (JSON.stringify(before) === JSON.stringify(value)) continue;
    const step = `${key} ${describe(key, before)} → ${describe(key, value)}`;
    if (isFixed(key, before)) {
      kept.push(
        `cannot change stream ${config.name}: ${step} is not possible; copy its messages, delete it and set up again`,
      );
    } else if (key === 'max_bytes' && typeof value === 'number' && value >= 0 && value < state.bytes) {
      kept.push(
        `left stream ${config.name} as it is: ${step} would delete stored messages (${describe(key, state.bytes)})`,
      );
    } else {
      send[key] = value;
      changes.push(step);
    }
  }
  return { send, changes, kept };
}

/** `nats-server` refuses these updates. */
const isFixed = (key: string, before: unknown): boolean =>
  key === 'storage' || (key === 'retention' && before === 'workqueue');

const durations: ReadonlySet<string> = new Set(['max_age', 'duplicate_window', 'ack_wait']);
const units: readonly (readonly [string, number])[] = [
  ['days', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

/** A value of a stream's or consumer's configuration, for people. */
export function describe(key: string, value: unknown): string {
  if (typeof value !== 'number') return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'unset');
  if (durations.has(key)) {
    const seconds = value / 1e9;
    const [unit, size] = units.find(([, each]) => seconds >= each && seconds % each === 0) ?? ['s', 1];
    return `${seconds / size} ${unit}`;
  }
  return key === 'max_bytes' || key === 'max_msg_size' ? describeBytes(value) : String(value);
}

function describeBytes(bytes: number): string {
  if (bytes < 0) return 'unlimited';
  for (const [unit, size] of [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const) {
    if (bytes >= size) return `${Number((bytes / size).toFixed(2))} ${unit}`;
  }
  return `${bytes} bytes`;
}
