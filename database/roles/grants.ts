import { projectedTables } from '../tables.ts';

export const passwordVariables = [
  'SPARK_OWNER_DB_PASSWORD',
  'SPARK_CONSUMER_DB_PASSWORD',
  'SPARK_APP_DB_PASSWORD',
  'SPARK_READONLY_DB_PASSWORD',
  'SPARK_REPLICATION_DB_PASSWORD',
  'SPARK_ROLLUP_DB_PASSWORD',
] as const;

/** What each role may do, once: `spark-db roles` grants it, and 005 to 014 grant most of it to roles that exist already. */
export interface RoleSpec {
  readonly name: string;
  readonly purpose: string;
  readonly replication?: true;
  /** The variable that its password is read from. */
  readonly password: (typeof passwordVariables)[number];
  readonly grants: readonly { readonly privileges: string; readonly on: readonly string[] }[];
}

const events = ['spark_events', ...Object.keys(projectedTables)];
const daily = ['spark_usage_daily', 'spark_errors_daily', 'spark_events_daily'];
const alerts = ['spark_alerts'];
const rolled = ['spark_day_changes', 'spark_rolled_days'];
const windowed = ['spark_metrics_windowed', 'spark_usage_windowed'];
const maintenance = [
  'FUNCTION spark_ensure_partitions(date, date)',
  'FUNCTION spark_drop_partitions_before(date)',
  'FUNCTION spark_rollup_day(date)',
];
/** What the daily run of Airflow calls beside the maintenance; it had the consumer's role once. */
const dailyRun = [
  'FUNCTION spark_days_to_roll(date)',
  'FUNCTION spark_check_days(date, date)',
  'FUNCTION spark_refresh_statistics()',
  'FUNCTION spark_drop_alerts_before(date)',
];
/** What is told of an alert is kept through it alone. */
const keepAlert = 'FUNCTION spark_keep_alert(jsonb)';

/** Only the daily run drops by itself what is older than it is told to keep. */
const drops = ['FUNCTION spark_months_to_drop(date)', 'FUNCTION spark_drop_windows_before(date)'];

export const ownerRole = 'spark_owner';
export const replicationRole = 'spark_replication';

export const roleSpecs = [
  {
    name: ownerRole,
    purpose: 'owns the tables and runs the migrations',
    password: 'SPARK_OWNER_DB_PASSWORD',
    grants: [],
  },
  {
    name: 'spark_consumer',
    purpose: 'the consumer: writes every table, runs the maintenance functions',
    password: 'SPARK_CONSUMER_DB_PASSWORD',
    grants: [
      { privileges: 'SELECT, INSERT, UPDATE', on: events },
      { privileges: 'SELECT', on: [...daily, ...rolled, ...alerts, 'spark_schema_migrations'] },
      {
        privileges: 'EXECUTE',
        on: [
          ...maintenance,
          ...dailyRun,
          keepAlert,
          'FUNCTION spark_mark_days(date[])',
          'FUNCTION spark_days_due(date)',
        ],
      },
    ],
  },
  {
    name: 'slate_user',
    purpose: 'the app: writes its rows, reads',
    password: 'SPARK_APP_DB_PASSWORD',
    grants: [
      { privileges: 'SELECT, INSERT, UPDATE', on: events },
      { privileges: 'SELECT', on: [...daily, ...windowed, ...alerts] },
      {
        privileges: 'EXECUTE',
        on: ['FUNCTION spark_mark_days(date[])', 'FUNCTION spark_days_due(date)'],
      },
    ],
  },
  {
    name: 'spark_readonly',
    purpose: 'Grafana and analytics: reads',
    password: 'SPARK_READONLY_DB_PASSWORD',
    grants: [
      { privileges: 'SELECT', on: [...events, ...daily, ...rolled, ...windowed, ...alerts] },
      { privileges: 'EXECUTE', on: ['FUNCTION spark_days_due(date)'] },
    ],
  },
  {
    name: replicationRole,
    purpose: 'Flink: replicates and reads what is published, writes the windows',
    replication: true,
    password: 'SPARK_REPLICATION_DB_PASSWORD',
    grants: [
      { privileges: 'SELECT', on: events },
      { privileges: 'SELECT, INSERT, UPDATE', on: windowed },
      { privileges: 'EXECUTE', on: ['FUNCTION spark_forget_windows(timestamptz)'] },
    ],
  },
  {
    name: 'spark_rollup',
    purpose: 'the daily run of Airflow: executes its functions, touches no table itself',
    password: 'SPARK_ROLLUP_DB_PASSWORD',
    grants: [{ privileges: 'EXECUTE', on: [...maintenance, ...dailyRun, ...drops] }],
  },
] as const satisfies readonly RoleSpec[];

/** Tables of the publication `spark_changes`. */
export const publishedTables = events;
export const publicationName = 'spark_changes';
