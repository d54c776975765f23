import { expect, test } from 'vitest';
import { databaseVariables } from '../../../../database/index.ts';
import { loadConfig } from '../../../../shared/node/config/index.ts';
import { connectionUri } from './settings.ts';

const server = { SLATE_DB_HOST: 'db', SLATE_DB_PORT: '5433', SLATE_DB_NAME: 'spark', SLATE_DB_USER: 'spark_rollup' };
const uriOf = (more: Record<string, string>): string =>
  connectionUri(loadConfig({ ...server, SLATE_DB_PASSWORD: 'p@ss/word:1', ...more }, databaseVariables));
const authority = import.meta.filename;

test.each([
  ['off', {}, 'sslmode=disable'],
  ['require', {}, 'sslmode=require'],
  ['require', { SPARK_DB_SSL_CA: authority }, `sslmode=verify-ca&sslrootcert=${encodeURIComponent(authority)}`],
  ['verify-full', {}, 'sslmode=verify-full&sslrootcert=system'],
  ['verify-full', { SPARK_DB_SSL_CA: authority }, `sslmode=verify-full&sslrootcert=${encodeURIComponent(authority)}`],
] as const)('SPARK_DB_SSL=%s with %j is told to libpq', (ssl, files, query) => {
  expect(uriOf({ SPARK_DB_SSL: ssl, ...files })).toBe(
    `postgresql://spark_rollup:p%40ss%2Fword%3A1@db:5433/spark?${query}`,
  );
});
