import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigError } from '../shared/node/config/index.ts';
import { tlsOf, type TlsConfig } from './tls.ts';

const dir = mkdtempSync(join(tmpdir(), 'spark-tls-'));
const file = (name: string): string => join(dir, name);
beforeAll(async () => {
  for (const name of ['a', 'b']) {
    const pem = await generate([{ name: 'commonName', value: name }], { keyType: 'ec', algorithm: 'sha256' });
    writeFileSync(file(`${name}.pem`), pem.cert);
    writeFileSync(file(`${name}.key`), pem.private);
  }
  writeFileSync(file('empty.pem'), 'not a certificate');
});
afterAll(() => rmSync(dir, { recursive: true }));

const settings = (more: Partial<TlsConfig>): TlsConfig => ({
  SPARK_DB_SSL: 'verify-full',
  SPARK_DB_SSL_CA: undefined,
  SPARK_DB_SSL_CERT: undefined,
  SPARK_DB_SSL_KEY: undefined,
  ...more,
});
function problemsOf(more: Partial<TlsConfig>): string[] {
  try {
    tlsOf(settings(more));
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).issues.map(({ path, message }) => `${path}: ${message}`);
  }
}

test('off is off, and the other modes need no files', () => {
  expect(tlsOf(settings({ SPARK_DB_SSL: 'off' }))).toBe(false);
  expect(tlsOf(settings({ SPARK_DB_SSL: 'require' }))).toMatchObject({ rejectUnauthorized: false });
  expect(tlsOf(settings({}))).toEqual({ rejectUnauthorized: true });
});

test('a certificate and its key are taken together', () => {
  expect(problemsOf({ SPARK_DB_SSL_CERT: file('a.pem'), SPARK_DB_SSL_KEY: file('a.key') })).toEqual([]);
});

test('files that would not be used are a mistake, not a silence', () => {
  expect(problemsOf({ SPARK_DB_SSL: 'off', SPARK_DB_SSL_CA: file('a.pem') })).toEqual([
    'SPARK_DB_SSL_CA: is set, but SPARK_DB_SSL is off',
  ]);
});

test.each([
  ['a certificate without its key', { SPARK_DB_SSL_CERT: 'a.pem' }, /^SPARK_DB_SSL_KEY: is not set/],
  ['a key without its certificate', { SPARK_DB_SSL_KEY: 'a.key' }, /^SPARK_DB_SSL_CERT: is not set/],
  ['the key of another', { SPARK_DB_SSL_CERT: 'a.pem', SPARK_DB_SSL_KEY: 'b.key' }, /^SPARK_DB_SSL_KEY: .*mismatch/],
  ['no certificate at all', { SPARK_DB_SSL_CA: 'empty.pem' }, /^SPARK_DB_SSL_CA: is not usable/],
  ['a file that is gone', { SPARK_DB_SSL_CA: 'gone.pem' }, /^SPARK_DB_SSL_CA: cannot be read: ENOENT/],
])('%s is a configuration problem under its own name', (_what, names, expected) => {
  const paths = Object.fromEntries(Object.entries(names).map(([name, path]) => [name, file(path)]));
  const problems = problemsOf(paths);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(expected);
});
