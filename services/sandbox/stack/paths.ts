import { join, resolve } from 'node:path';

/** The repository's own folder: programs run there, and `.spark` lies in it. */
export const repositoryDir = resolve(import.meta.dirname, '../../..');

/** Entries that the sandbox starts as processes. */
export const entries = {
  database: join(repositoryDir, 'database/main.ts'),
  consumer: join(repositoryDir, 'services/consumer/main.ts'),
  unity: join(repositoryDir, 'services/sandbox/unity/main.ts'),
  web: join(repositoryDir, 'services/web/main.ts'),
  realtime: join(repositoryDir, 'services/sandbox/realtime/main.ts'),
  codeModel: join(repositoryDir, 'services/sandbox/codeModel/main.ts'),
  analyticsApi: join(repositoryDir, 'services/analytics/api/main.ts'),
  airflow: join(repositoryDir, 'services/analytics/airflow/main.ts'),
  flink: join(repositoryDir, 'services/analytics/flink/main.ts'),
  storm: join(repositoryDir, 'services/analytics/storm/main.ts'),
  timedConsumer: join(repositoryDir, 'services/sandbox/demo/timedConsumer/main.ts'),
} as const;

/**
 * How the consumer is started, here and in its package. Young objects get 2 × 16 instead of 2 × 64 MB: reading and encoding
 * takes 260 instead of 347 MB with it and no more time (docs/benchmarks.md). V8 takes this from the command line only.
 */
export const consumerRun = ['--max-semi-space-size=16', entries.consumer, 'run'] as const;
