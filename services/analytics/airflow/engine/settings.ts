import { join } from 'node:path';
import type { DatabaseConfig } from '../../../../database/index.ts';
import { readEnvironment } from '../../../../shared/node/config/index.ts';
import { engineEnvironment } from '../../engine/process.ts';
import { airflowDir } from './install.ts';

/** Settings of Airflow that a person gives, and what the DAG reads to publish alerts. */
const passedOn = /^(AIRFLOW__[A-Z0-9_]+|AIRFLOW_VAR_[A-Z0-9_]+|NATS_URL|SPARK_NATS_(CREDS|CA|CERT|KEY))$/;

/**
 * Environment of Airflow and the DAG: its home, the connection `spark_postgres`, what the person set, and over all of it
 * `over`. Compiled Python stays in the home: nothing is written into the DAG's folder.
 */
export function airflowEnvironment(options: {
  readonly home: string;
  readonly database: DatabaseConfig;
  readonly over?: Readonly<Record<string, string>>;
}): Record<string, string> {
  const { home, database, over = {} } = options;
  const given = Object.entries(readEnvironment()).filter(([name, value]) => passedOn.test(name) && value !== undefined);
  return engineEnvironment({
    AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
    // Its processes write one after the other; with the usual 5 s a busy machine has "database is locked".
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: `sqlite:///${join(home, 'airflow.db')}?timeout=120`,
    // Reading the DAG is reading Airflow itself: more than the usual 30 s where the machine has other work.
    AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT: '300',
    AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT: '330',
    ...Object.fromEntries(given.map(([name, value]) => [name, value ?? ''])),
    AIRFLOW_HOME: home,
    AIRFLOW__CORE__DAGS_FOLDER: join(airflowDir, 'dags'),
    AIRFLOW_CONN_SPARK_POSTGRES: connectionUri(database),
    PYTHONDONTWRITEBYTECODE: '1',
    ...over,
  });
}

/** A database of `SLATE_DB_*` and `SPARK_DB_SSL*` in libpq's words. */
export function connectionUri(config: DatabaseConfig): string {
  const login = `${encodeURIComponent(config.SLATE_DB_USER)}:${encodeURIComponent(config.SLATE_DB_PASSWORD ?? '')}`;
  const { SPARK_DB_SSL: ssl, SPARK_DB_SSL_CA: authority } = config;
  const tls = {
    sslmode: ssl === 'require' && authority !== undefined ? 'verify-ca' : ssl === 'off' ? 'disable' : ssl,
    // libpq looks into no store of the system unless it is told to.
    sslrootcert: ssl === 'off' ? undefined : (authority ?? (ssl === 'verify-full' ? 'system' : undefined)),
    sslcert: ssl === 'off' ? undefined : config.SPARK_DB_SSL_CERT,
    sslkey: ssl === 'off' ? undefined : config.SPARK_DB_SSL_KEY,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(tls)) if (value !== undefined) query.set(name, value);
  return `postgresql://${login}@${config.SLATE_DB_HOST}:${config.SLATE_DB_PORT}/${config.SLATE_DB_NAME}?${query.toString()}`;
}
