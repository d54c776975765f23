import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type ConnectionOptions } from 'node:tls';
import type { Issue } from '../shared/errors/index.ts';
import { ConfigError, type Config } from '../shared/node/config/index.ts';

export type TlsConfig = Config<'SPARK_DB_SSL' | 'SPARK_DB_SSL_CA' | 'SPARK_DB_SSL_CERT' | 'SPARK_DB_SSL_KEY'>;
type TlsFile = Exclude<keyof TlsConfig, 'SPARK_DB_SSL'>;

/**
 * TLS as libpq has it: `require` encrypts, and checks the server's certificate only when a CA is given (not its name);
 * `verify-full` checks certificate and host name, against the system's authorities when no CA is given. Certificate and
 * key are this client's own. Files are read once. Throws a ConfigError that names every problem.
 */
export function tlsOf(config: TlsConfig): ConnectionOptions | false {
  const mode = config.SPARK_DB_SSL;
  const issues: Issue[] = [];
  const read = (name: TlsFile): string | undefined => {
    const path = config[name];
    if (path === undefined) return undefined;
    if (mode === 'off') issues.push({ path: name, message: 'is set, but SPARK_DB_SSL is off' });
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      issues.push({ path: name, message: `cannot be read: ${wordsOf(error)}` });
      return undefined;
    }
  };
  const ca = read('SPARK_DB_SSL_CA');
  const cert = read('SPARK_DB_SSL_CERT');
  const key = read('SPARK_DB_SSL_KEY');
  if (ca !== undefined) check(issues, 'SPARK_DB_SSL_CA', () => new X509Certificate(ca));
  if (cert !== undefined) check(issues, 'SPARK_DB_SSL_CERT', () => new X509Certificate(cert));
  if ((cert === undefined) !== (key === undefined) && issues.length === 0) {
    const missing = cert === undefined ? 'SPARK_DB_SSL_CERT' : 'SPARK_DB_SSL_KEY';
    issues.push({ path: missing, message: 'is not set, but a client certificate needs both it and its key' });
  }
  const files = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  // OpenSSL's own word on whether the key is one, and whether it is the certificate's.
  if (issues.length === 0) check(issues, 'SPARK_DB_SSL_KEY', () => createSecureContext(files));
  if (issues.length > 0) throw new ConfigError(issues);
  switch (mode) {
    case 'off':
      return false;
    case 'require':
      return { ...files, rejectUnauthorized: ca !== undefined, checkServerIdentity: () => undefined };
    case 'verify-full':
      return { ...files, rejectUnauthorized: true };
  }
}

function check(issues: Issue[], path: TlsFile, parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    issues.push({ path, message: `is not usable: ${wordsOf(error)}` });
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
