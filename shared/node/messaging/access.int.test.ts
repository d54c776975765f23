import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeAccount, encodeOperator, encodeUser, fmtCreds } from '@nats-io/jwt';
import { createAccount, createOperator, createUser } from '@nats-io/nkeys';
import { generate } from 'selfsigned';
import { afterEach, expect, test } from 'vitest';
import { makeLogger } from '../logging/index.ts';
import { connectNats, ensureStreams, type NatsFiles, type NatsLink } from './index.ts';
import { startOwnNats, type OwnNats } from './testing/ownNats.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });
const opened: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
});

async function start(...options: Parameters<typeof startOwnNats>): Promise<OwnNats> {
  const nats = await startOwnNats(...options);
  opened.push(nats);
  return nats;
}
function open(url: string, files: NatsFiles = {}): NatsLink {
  const link = connectNats({ url, files, name: 'test', logger });
  opened.push(link);
  return link;
}
const detailOf = (link: NatsLink): string => {
  const status = link.status();
  return status.kind === 'connecting' ? status.detail : status.kind;
};
const patient = { timeout: 15_000 };

test('a token in the URL logs in; a wrong password is told with where to look', async () => {
  const withToken = await start({ conf: () => 'authorization { token: "sesame" }' });
  await open(withToken.url.replace('//', '//sesame@')).ready(AbortSignal.timeout(10_000));
  const refused = open(withToken.url.replace('//', '//wrong@'));
  await expect.poll(() => detailOf(refused), patient).toMatch(/refused the login .*NATS_URL/);
});

test('a credentials file logs in to an account; an expired one says since when, and a renewed one needs no restart', async () => {
  const operator = createOperator();
  const account = createAccount();
  const system = createAccount();
  const user = createUser();
  const operatorJwt = await encodeOperator('O', operator);
  const limits = {
    limits: {
      conn: -1,
      subs: -1,
      data: -1,
      payload: -1,
      mem_storage: -1,
      disk_storage: -1,
      imports: -1,
      exports: -1,
      wildcards: true,
      leaf: -1,
      streams: -1,
      consumer: -1,
    },
  };
  const accountJwt = await encodeAccount('A', account, limits, { signer: operator });
  const systemJwt = await encodeAccount('SYS', system, {}, { signer: operator });
  const nats = await start({
    conf: () => `operator: ${operatorJwt}
      system_account: ${system.getPublicKey()}
      resolver: MEMORY
      resolver_preload: { ${account.getPublicKey()}: ${accountJwt}, ${system.getPublicKey()}: ${systemJwt} }`,
  });
  const creds = join(nats.folder, 'app.creds');
  const write = async (exp?: number): Promise<void> => {
    const jwt = await encodeUser('app', user, account, {}, exp === undefined ? {} : { exp });
    await writeFile(creds, fmtCreds(jwt, user));
  };
  const ago = Math.floor(Date.now() / 1_000) - 3_600;
  await write(ago);
  const link = open(nats.url, { creds });
  await expect
    .poll(() => detailOf(link), patient)
    .toContain(`the login has expired at ${new Date(ago * 1_000).toISOString()}`);
  await write();
  await expect.poll(() => link.status().kind, patient).toBe('connected');
  expect(await ensureStreams(link)).toHaveLength(4);
  const without = open(nats.url);
  await expect.poll(() => detailOf(without), patient).toMatch(/refused the login/);
});

test('TLS: the authority is checked, our certificate is asked for, and what is wrong is told', async () => {
  const authority = await generate([{ name: 'commonName', value: 'authority' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true },
    ],
  });
  const other = await generate([{ name: 'commonName', value: 'somebody else' }], {
    keyType: 'ec',
    algorithm: 'sha256',
  });
  const signed = (name: string) =>
    generate([{ name: 'commonName', value: name }], {
      keyType: 'ec',
      algorithm: 'sha256',
      ca: { key: authority.private, cert: authority.cert },
      extensions: [
        { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
        {
          name: 'subjectAltName',
          // As IT writes it: an address and no name.
          altNames: [{ type: 7, ip: '127.0.0.1' }],
        },
      ],
    });
  const [server, client] = [await signed('server'), await signed('client')];
  const nats = await start({
    conf: async ({ folder }) => {
      const files = { 'ca.pem': authority.cert, 'server.pem': server.cert, 'server.key': server.private };
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
      return `tls { cert_file: "${folder}/server.pem", key_file: "${folder}/server.key", ca_file: "${folder}/ca.pem", verify: true }`;
    },
  });
  const path = (name: string): string => join(nats.folder, name);
  await writeFile(path('client.pem'), client.cert);
  await writeFile(path('client.key'), client.private);
  await writeFile(path('other.pem'), other.cert);
  const ours = { cert: path('client.pem'), key: path('client.key') };
  const url = nats.url.replace('nats:', 'tls:');

  const trusted = open(url, { ca: path('ca.pem'), ...ours });
  await trusted.ready(AbortSignal.timeout(10_000)).catch(() => undefined);
  expect(detailOf(trusted)).toBe('connected');
  expect(await ensureStreams(trusted)).toHaveLength(4);

  const wrongAuthority = open(url, { ca: path('other.pem'), ...ours });
  await expect.poll(() => detailOf(wrongAuthority), patient).toMatch(/not signed by an authority .*SPARK_NATS_CA/);
  const nothingOfOurs = open(url, { ca: path('ca.pem') });
  await expect.poll(() => detailOf(nothingOfOurs), patient).toMatch(/SPARK_NATS_CERT and SPARK_NATS_KEY/);
});
