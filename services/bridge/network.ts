import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import tls from 'node:tls';
import { AppError } from '../../shared/errors/index.ts';

/**
 * The way out of a company's network, for everything in this process that speaks https: the code model's fetch, the
 * Unity client's, and (certificates only, its proxy is its own) the Realtime socket. Both are Node's own switches and
 * hold for the whole process, so one bridge at a time sets them and takes them back.
 */
export interface NetworkSettings {
  readonly httpsProxy: string | undefined;
  readonly noProxy: string | undefined;
  /** PEM file of further authorities. */
  readonly caFile: string | undefined;
}

/** What is on this machine is never asked of a proxy. */
const loopback = ['localhost', '127.0.0.1', '::1'];

/** Applies the settings; returns what takes them back. Throws AppError `config_invalid` where the file has no certificate. */
export function useNetwork(settings: NetworkSettings): () => void {
  const certificates = settings.caFile === undefined ? [] : readCertificates(settings.caFile);
  const undo: (() => void)[] = [];
  if (certificates.length > 0) {
    const before = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...before, ...certificates]);
    undo.push(() => tls.setDefaultCACertificates(before));
  }
  const proxy = settings.httpsProxy;
  if (proxy !== undefined) {
    const address = /^https?:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
    const noProxy = [...loopback, ...(settings.noProxy === undefined ? [] : [settings.noProxy])].join(',');
    // An address that is none is told where the model is called.
    if (URL.canParse(address)) undo.push(http.setGlobalProxyFromEnv({ HTTPS_PROXY: address, NO_PROXY: noProxy }));
  }
  return () => {
    for (const step of undo.splice(0).toReversed()) step();
  };
}

function readCertificates(file: string): string[] {
  const blocks = readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const block of blocks) void new X509Certificate(block);
    if (blocks.length > 0) return blocks;
  } catch {
    // Told below.
  }
  throw new AppError(
    'config_invalid',
    'SPARK_CA_FILE is a file without a readable certificate (PEM). Nothing was changed; correct the file or unset it.',
  );
}
