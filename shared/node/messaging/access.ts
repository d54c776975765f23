import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { credsAuthenticator, errors } from '@nats-io/nats-core';
import type { connect } from '@nats-io/transport-node';
import type { Config, VariableName } from '../config/index.ts';

/* How a program proves who it is to NATS, and how it knows the server: from the URL, a creds file and PEM files. */

/** What a program that connects to NATS reads from its environment, besides `NATS_URL`. */
export const natsFileVariables = [
  'SPARK_NATS_CREDS',
  'SPARK_NATS_CA',
  'SPARK_NATS_CERT',
  'SPARK_NATS_KEY',
] as const satisfies readonly VariableName[];

/** Paths. The files are read at every attempt to connect, so renewed ones need no restart. */
export interface NatsFiles {
  readonly creds?: string | undefined;
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export const natsFilesOf = (config: Config<(typeof natsFileVariables)[number]>): NatsFiles => ({
  creds: config.SPARK_NATS_CREDS,
  ca: config.SPARK_NATS_CA,
  cert: config.SPARK_NATS_CERT,
  key: config.SPARK_NATS_KEY,
});

type ClientOptions = NonNullable<Parameters<typeof connect>[0]>;

/** The servers of `NATS_URL`, and the login: `user:password@`, `token@` or the creds file, which goes first. */
export function accessOptions(url: string, files: NatsFiles): ClientOptions {
  const urls = url.split(',').map((part) => new URL(part.trim()));
  const servers = urls.map((part) => `${part.hostname}:${part.port === '' ? 4222 : part.port}`);
  const { creds, ca, cert, key } = files;
  return {
    servers,
    ...loginOf(urls.find((part) => part.username !== '')),
    ...(creds === undefined ? {} : { authenticator: credsAuthenticator(() => readFileSync(creds)) }),
    ...(wantsTls(url, files)
      ? {
          tls: {
            ...(ca === undefined ? {} : { caFile: ca }),
            ...(cert === undefined ? {} : { certFile: cert }),
            ...(key === undefined ? {} : { keyFile: key }),
            ...identityOf(urls),
          },
        }
      : {}),
  };
}

/**
 * For a server named by its address the client hands Node's TLS no name (`servername: ''`), and Node then compares the
 * certificate with `localhost`. Here it is compared with the addresses of `NATS_URL`.
 */
function identityOf(urls: readonly URL[]) {
  const hosts = urls.map(({ hostname }) => hostname.replace(/^\[|\]$/g, ''));
  const addresses = hosts.filter((host) => isIP(host) !== 0);
  if (addresses.length === 0) return {};
  return {
    checkServerIdentity(host: string, certificate: PeerCertificate): Error | undefined {
      const expected = hosts.includes(host) ? [host] : addresses;
      const problems = expected.map((each) => checkServerIdentity(each, certificate));
      return problems.includes(undefined) ? undefined : problems[0];
    },
  };
}

const wantsTls = (url: string, { ca, cert, key }: NatsFiles): boolean =>
  /(^|,)\s*tls:/.test(url) || [ca, cert, key].some((file) => file !== undefined);

function loginOf(url: URL | undefined): ClientOptions {
  if (url === undefined) return {};
  const user = decodeURIComponent(url.username);
  // A user without a password is a token, as in every other NATS client.
  return url.password === '' ? { token: user } : { user, pass: decodeURIComponent(url.password) };
}

/** Why a connection could not be made, for a person: what to look at. */
export function whyNotConnected(error: unknown, url: string, files: NatsFiles): string {
  const code = codesOf(error).find((each) => each in tlsWords);
  if (code !== undefined) return `${tlsWords[code] ?? ''} (${code})`;
  if (error instanceof errors.UserAuthenticationExpiredError) return expired(files);
  if (error instanceof errors.AuthorizationError) {
    const until = files.creds === undefined ? undefined : expiryOf(files.creds);
    if (until !== undefined && until.getTime() < Date.now()) return expired(files, until);
    const what = files.creds === undefined ? 'user and password in NATS_URL' : 'the file of SPARK_NATS_CREDS';
    return `the server refused the login (${error.message}): check ${what}`;
  }
  if (error instanceof errors.TimeoutError && files.cert === undefined && wantsTls(url, files)) {
    // With TLS 1.3 the handshake ends well for a client whose certificate is missing, and then nothing is said.
    return 'no answer after the TLS handshake: does the server ask for a certificate of ours? Then set SPARK_NATS_CERT and SPARK_NATS_KEY';
  }
  return error instanceof Error ? error.message : String(error);
}

const expired = (files: NatsFiles, until?: Date): string =>
  `the login has expired${until === undefined ? '' : ` at ${until.toISOString()}`}: ` +
  (files.creds === undefined
    ? 'renew it'
    : 'put new credentials into the file of SPARK_NATS_CREDS; no restart is needed');

const untrusted = "the server's certificate is not signed by an authority that is trusted here: check SPARK_NATS_CA";
const wantsOurs = 'the server refuses our certificate or asks for one: check SPARK_NATS_CERT and SPARK_NATS_KEY';
const tlsWords: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  CERT_HAS_EXPIRED: "the server's certificate has expired: renew it there",
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another host than the one in NATS_URL",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: wantsOurs,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: wantsOurs,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: wantsOurs,
  'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE': wantsOurs,
};

/** Codes of an error and of what caused it. */
function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string') codes.push(each.code);
  }
  return codes;
}

/** When the user's JWT in a creds file ends; undefined when it never does or cannot be read. */
function expiryOf(file: string): Date | undefined {
  try {
    const payload = /\n([\w-]+)\.([\w-]+)\.([\w-]+)/.exec(readFileSync(file, 'utf8'))?.[2] ?? '';
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const seconds = typeof claims === 'object' && claims !== null && 'exp' in claims ? Number(claims.exp) : Number.NaN;
    return Number.isFinite(seconds) ? new Date(seconds * 1_000) : undefined;
  } catch {
    return undefined;
  }
}
