import type { AlertKind } from '../../../shared/contracts/index.ts';
import type { ServerAlert } from './alertsStore.ts';

export const severityNames: Readonly<Record<ServerAlert['severity'], string>> = {
  critical: 'Critical',
  warning: 'Warning',
  info: 'Note',
};

const byKind: Readonly<Record<string, string>> = {
  error_rate: 'Insights show which calls fail, and with which error. Is Unity or a model away for everybody?',
  latency: 'Insights show which functions are slow. Is an Editor blocked or compiling?',
  builds_failed: 'The build panel has the last failure; mend that before the next build.',
  budget: 'Nothing stops by itself: Insights show who and which model.',
  dead_letters: 'Nothing is lost. Who runs the consumer looks with: spark-nats-consumer dlq list.',
  silent_consumer: 'Events wait and are not lost. Who runs the consumer looks with: spark-nats-consumer check.',
  task_failed: 'Daily figures may be late. Who runs Airflow looks at the log of the task.',
  run_timed_out: 'Daily figures may be late; the next run goes on. Who runs Airflow looks for the task that waits.',
  prometheus: 'Your work here goes on. Who runs the servers finds it on the Alerts page of Prometheus.',
} satisfies Readonly<Record<AlertKind, string>>;

/** What to do: as the alert says, else by its kind. */
export const adviceOf = ({ advice, kind }: ServerAlert): string =>
  advice ?? byKind[kind] ?? 'Your work here goes on. Who runs the servers knows more.';

/** Where the window shows what the alert is about. */
export const placeOf = ({ kind }: ServerAlert): 'insights' | 'health' =>
  ['error_rate', 'latency', 'builds_failed', 'budget'].includes(kind) ? 'insights' : 'health';
