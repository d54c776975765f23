import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startTlsPostgres, type TlsPostgres } from '../services/sandbox/stack/testing/tlsPostgres.ts';
import { DependencyError } from '../shared/errors/index.ts';
import { loadConfig } from '../shared/node/config/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { databaseVariables, makePool } from './pool.ts';

let server: TlsPostgres;
beforeAll(async () => {
  server = await startTlsPostgres();
});
afterAll(() => server.stop());

const row = z.object({ user: z.string(), ssl: z.boolean(), client: z.string().nullable() });

/** Who PostgreSQL says is connected and how, or the error. */
async function connect(settings: Readonly<Record<string, string>>): Promise<unknown> {
  const pool = makePool({
    config: loadConfig({ ...server.env, ...settings }, databaseVariables),
    logger: makeLogger({ name: 'test', level: 'silent' }),
    server: 'primary',
    applicationName: 'tls-test',
  });
  const text = 'SELECT current_user AS user, ssl, client_dn AS client FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
  try {
    const [connected] = await pool.use((client) => client.rows({ text }, row));
    return connected;
  } catch (error) {
    return error;
  } finally {
    await pool.end();
  }
}

const refusedFor = (reason: RegExp) => ({
  name: 'DependencyError',
  code: 'db_unavailable',
  retryable: false,
  message: expect.stringMatching(reason) as string,
});
const encrypted = { user: 'slate_user', ssl: true, client: null };

test('a server that takes TLS only refuses a connection without it', async () => {
  const error = await connect({ SPARK_DB_SSL: 'off' });
  expect(error).toBeInstanceOf(DependencyError);
  expect(error).toMatchObject({ code: 'db_unavailable', retryable: false, data: { sqlState: '28000' } });
});

test('require encrypts, whoever signed the certificate and whatever name it is for', async () => {
  expect(await connect({ SPARK_DB_SSL: 'require' })).toEqual(encrypted);
});

test('require with a CA checks who signed the certificate, and not the name', async () => {
  const settings = { SPARK_DB_SSL: 'require', SLATE_DB_HOST: '127.0.0.1' };
  expect(await connect({ ...settings, SPARK_DB_SSL_CA: server.files.ca })).toEqual(encrypted);
  expect(await connect({ ...settings, SPARK_DB_SSL_CA: server.files.otherCa })).toMatchObject(
    refusedFor(/TLS failed: self-signed certificate in certificate chain. Check SPARK_DB_SSL/),
  );
});

test('verify-full takes a certificate of the right authority and name', async () => {
  expect(await connect({ SPARK_DB_SSL: 'verify-full', SPARK_DB_SSL_CA: server.files.ca })).toEqual(encrypted);
});

test.each([
  [
    'a wrong authority',
    () => ({ SPARK_DB_SSL_CA: server.files.otherCa }),
    /self-signed certificate in certificate chain/,
  ],
  ['an authority that this system does not know', () => ({}), /self-signed certificate in certificate chain/],
  [
    'a wrong host name',
    () => ({ SPARK_DB_SSL_CA: server.files.ca, SLATE_DB_HOST: '127.0.0.1' }),
    /does not match certificate's altnames/,
  ],
])('verify-full refuses %s, in words', async (_what, settings, reason) => {
  expect(await connect({ SPARK_DB_SSL: 'verify-full', ...settings() })).toMatchObject(refusedFor(reason));
});

test('a password that is asked for and not set is told by the name of its variable', async () => {
  const settings = { SPARK_DB_SSL: 'require', SLATE_DB_PASSWORD: '' };
  expect(await connect(settings)).toMatchObject(refusedFor(/asks for the password of slate_user.*SLATE_DB_PASSWORD/));
});

test('a client certificate lets its role in without a password; without one it is refused', async () => {
  const settings = {
    SPARK_DB_SSL: 'verify-full',
    SPARK_DB_SSL_CA: server.files.ca,
    SLATE_DB_USER: server.certificateRole,
    SLATE_DB_PASSWORD: '',
  };
  const own = { SPARK_DB_SSL_CERT: server.files.cert, SPARK_DB_SSL_KEY: server.files.key };
  expect(await connect({ ...settings, ...own })).toEqual({
    user: server.certificateRole,
    ssl: true,
    client: `/CN=${server.certificateRole}`,
  });
  expect(await connect(settings)).toMatchObject({ code: 'db_unavailable', data: { sqlState: '28000' } });
});
