import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer, type Server as PlainServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { useNetwork } from './network.ts';

let folder: string;
let server: Server;
let proxy: PlainServer;
/** What the proxy was asked to reach. */
const tunnels: string[] = [];
let restore = (): void => undefined;
const portOf = (of: { address: () => unknown }): number => (of.address() as AddressInfo).port;
const get = async (host: string): Promise<string> => (await fetch(`https://${host}:${portOf(server)}/`)).text();
const settings = { httpsProxy: undefined, noProxy: undefined, caFile: undefined };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spark-network-'));
  const made = await generate([{ name: 'commonName', value: 'company' }], {
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'models.company.test' },
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  writeFileSync(join(folder, 'company.pem'), `A company\n${made.cert}`);
  writeFileSync(join(folder, 'empty.pem'), 'no certificate');
  server = createServer({ key: made.private, cert: made.cert }, (_request, response) => response.end('reached'));
  proxy = createPlainServer().on('connect', (request, socket) => {
    tunnels.push(request.url ?? '');
    const out = connect(portOf(server), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      out.pipe(socket).pipe(out);
    });
    for (const each of [out, socket]) each.on('error', () => each.destroy());
  });
  for (const each of [server, proxy]) await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  restore();
  tunnels.length = 0;
});
afterAll(() => {
  for (const each of [server, proxy]) {
    each.closeAllConnections();
    each.close();
  }
  rmSync(folder, { recursive: true });
});

test('an authority of the company is trusted while its file is set, and not before or after', async () => {
  await expect(get('127.0.0.1')).rejects.toThrow();
  restore = useNetwork({ ...settings, caFile: join(folder, 'company.pem') });
  expect(await get('127.0.0.1')).toBe('reached');
  restore();
  // By its other name: a TLS session that was trusted is taken up again without a new look at its certificate.
  await expect(get('localhost')).rejects.toThrow();
});

test('what is elsewhere goes through the proxy, what is on this machine or excepted does not', async () => {
  const httpsProxy = `http://127.0.0.1:${portOf(proxy)}`;
  const caFile = join(folder, 'company.pem');
  restore = useNetwork({ httpsProxy, noProxy: undefined, caFile });
  expect(await get('models.company.test')).toBe('reached');
  expect(tunnels).toEqual([`models.company.test:${portOf(server)}`]);
  expect(await get('127.0.0.1')).toBe('reached');
  expect(tunnels).toHaveLength(1);
  restore();
  restore = useNetwork({ httpsProxy, noProxy: 'models.company.test', caFile });
  // Nothing but the proxy knows this name.
  await expect(get('models.company.test')).rejects.toThrow();
  expect(tunnels).toHaveLength(1);
});

test('a file without a certificate is said, and changes nothing', () => {
  expect(() => useNetwork({ ...settings, caFile: join(folder, 'empty.pem') })).toThrow('SPARK_CA_FILE');
});
