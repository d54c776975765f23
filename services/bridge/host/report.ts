import { arch, homedir, platform, release } from 'node:os';
import process from 'node:process';
import type { ConfigItem, HealthView } from '../../../shared/contracts/index.ts';

/** The most of a log line that is of use to who reads the report. */
const maxLineChars = 600;

/**
 * A text to hand to whoever helps: versions, health, which variables are set from where, the end of the log. Values of
 * variables are not in it; what of a secret, a password in an address or a home folder the log has is taken out.
 */
export function makeReport(facts: {
  readonly version: string;
  readonly host: string;
  readonly at: Date;
  readonly health: HealthView;
  readonly config: readonly ConfigItem[];
  readonly log: readonly string[];
  readonly secrets: readonly string[];
  readonly folder: string;
}): string {
  const { health } = facts;
  const dependencies = health.dependencies.map(({ id, status, label, detail, simulated }) => {
    const words = [status, label, simulated ? 'simulated' : '', detail].filter((word) => word !== '');
    return `- ${id}: ${words.join(' · ')}`;
  });
  const set = facts.config.filter(({ isSet }) => isSet).map(({ name, source }) => `- ${name} (${source})`);
  const electron = process.versions['electron'];
  const text = [
    `SPARK ${facts.version} · ${facts.host} · ${facts.at.toISOString()}`,
    `${platform()} ${release()} ${arch()} · Node ${process.versions.node}${electron === undefined ? '' : ` · Electron ${electron}`}`,
    '',
    'Health',
    ...dependencies,
    `- queued: ${health.outboxDepth} events`,
    `- replica lag: ${health.replicaLagMs === null ? 'not measured' : `${Math.round(health.replicaLagMs)} ms`}`,
    '',
    'Set',
    ...(set.length === 0 ? ['- nothing'] : set),
    '',
    `Log, last ${facts.log.length} lines`,
    ...facts.log.map((line) => (line.length > maxLineChars ? `${line.slice(0, maxLineChars)}…` : line)),
    '',
  ].join('\n');
  return withoutSecrets(text, facts);
}

/** Shorter values would take ordinary words out of the text, and are no secrets. */
const minSecretChars = 4;

function withoutSecrets(text: string, facts: { readonly secrets: readonly string[]; readonly folder: string }): string {
  const longest = facts.secrets
    .filter(({ length }) => length >= minSecretChars)
    .toSorted((a, b) => b.length - a.length);
  // As JSON writes it too: the log is JSON.
  const forms = longest.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  const hidden = forms.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
  return hidden
    .replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, '$1[secret]@')
    .replaceAll(facts.folder, '<data folder>')
    .replaceAll(homedir(), '~');
}
