import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigError, explainConfig, loadConfig, readByDefault, variables } from './index.ts';

const problemsOf = (run: () => unknown): readonly string[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map((issue) => `${issue.path}: ${issue.message}`);
    throw error;
  }
  return [];
};

describe('loadConfig', () => {
  it('gives typed values with defaults', () => {
    const config = loadConfig(
      { SLATE_DB_HOST: 'db.local' },
      ['SLATE_DB_HOST', 'SLATE_DB_PORT', 'SPARK_SIMULATED'],
      ['SLATE_DB_HOST'],
    );
    expect(config).toEqual({ SLATE_DB_HOST: 'db.local', SLATE_DB_PORT: 5432, SPARK_SIMULATED: [] });
  });

  it('names every problem at once', () => {
    const problems = problemsOf(() =>
      loadConfig(
        { SLATE_DB_PORT: 'five', NATS_URL: 'http://host', SLATE_DB_HOST: '' },
        ['SLATE_DB_HOST', 'SLATE_DB_PORT', 'NATS_URL'],
        ['SLATE_DB_HOST'],
      ),
    );
    expect(problems.map((line) => line.split(':')[0])).toEqual(['SLATE_DB_HOST', 'SLATE_DB_PORT', 'NATS_URL']);
  });

  it('takes no login in the address of the analytics API, and does not repeat it', () => {
    const load = () => loadConfig({ SLATE_ANALYTICS_URL: 'http://ada:hunter2@192.0.2.1/api' }, ['SLATE_ANALYTICS_URL']);
    expect(load).toThrow('SLATE_ANALYTICS_TOKEN');
    expect(load).not.toThrow('hunter2');
  });

  it('shows the wrong value of a plain variable and never that of a secret one', () => {
    const problems = problemsOf(() =>
      loadConfig({ SLATE_DB_PORT: 'five', SPARK_WEB_TOKEN: 'hunter2' }, ['SLATE_DB_PORT', 'SPARK_WEB_TOKEN']),
    ).join('\n');
    expect(problems).toContain('five');
    expect(problems).not.toContain('hunter2');
  });

  it.each(['nope', 'nats//u:hunter2@host', 'nats://u:hunter2@host:port'])(
    'says of what is no URL at all that it is none, without its value: %s',
    (value) => {
      const problems = problemsOf(() =>
        loadConfig({ NATS_URL: value, SLATE_DB_PORT: 'x' }, ['NATS_URL', 'SLATE_DB_PORT']),
      );
      expect(problems).toEqual([
        'NATS_URL: is not a URL',
        'SLATE_DB_PORT: must be a whole number from 1 to 65535 (is "x")',
      ]);
    },
  );

  it('says of a path that no file can be read there', () => {
    const paths = { SPARK_DB_SSL_CA: '/no/such/ca.pem', SPARK_DB_SSL_KEY: import.meta.dirname };
    expect(problemsOf(() => loadConfig(paths, ['SPARK_DB_SSL_CA', 'SPARK_DB_SSL_KEY']))).toEqual([
      'SPARK_DB_SSL_CA: is not a file that can be read (is "/no/such/ca.pem")',
      `SPARK_DB_SSL_KEY: is not a file that can be read (is ${JSON.stringify(import.meta.dirname)})`,
    ]);
  });

  it('counts an empty value as unset', () => {
    expect(loadConfig({ SLATE_DB_PORT: '' }, ['SLATE_DB_PORT'])).toEqual({ SLATE_DB_PORT: 5432 });
  });
});

describe('explainConfig', () => {
  const explain = (environment: Record<string, string>, file: Record<string, string> = {}) =>
    explainConfig(
      { environment, file },
      ['SLATE_DB_HOST', 'SLATE_DB_PORT', 'SLATE_DB_PASSWORD', 'SPARK_STRICT_STARTUP'],
      ['SLATE_DB_HOST'],
    );

  it('tells of each variable its value and where it comes from', () => {
    expect(
      explain({ SLATE_DB_HOST: 'db', SPARK_STRICT_STARTUP: '1' }, { SLATE_DB_HOST: 'x', SLATE_DB_PORT: '6000' }),
    ).toEqual([
      { name: 'SLATE_DB_HOST', source: 'environment', value: 'db', problems: [] },
      { name: 'SLATE_DB_PORT', source: '.env', value: '6000', problems: [] },
      { name: 'SLATE_DB_PASSWORD', source: 'unset', value: null, problems: [] },
      { name: 'SPARK_STRICT_STARTUP', source: 'environment', value: 'true', problems: [] },
    ]);
  });

  it('shows of a secret only that it is set', () => {
    const told = explain({ SLATE_DB_HOST: 'db', SLATE_DB_PASSWORD: 'hunter2' });
    expect(told[2]).toEqual({ name: 'SLATE_DB_PASSWORD', source: 'environment', value: 'set', problems: [] });
    expect(JSON.stringify(told)).not.toContain('hunter2');
  });

  it('finds what loadConfig would refuse, and takes an empty value for unset as it does', () => {
    expect(explain({ SLATE_DB_HOST: '', SLATE_DB_PORT: 'five' }, { SLATE_DB_HOST: 'db' }).slice(0, 2)).toEqual([
      { name: 'SLATE_DB_HOST', source: 'unset', value: null, problems: [expect.stringContaining('is not set')] },
      {
        name: 'SLATE_DB_PORT',
        source: 'environment',
        value: null,
        problems: ['must be a whole number from 1 to 65535 (is "five")'],
      },
    ]);
  });
});

describe('.env.example', () => {
  const listed = [
    ...readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8').matchAll(/^([A-Z][A-Z0-9_]*)=/gm),
  ].map((match) => match[1]);

  it('lists every variable that a program reads, once', () => {
    expect(new Set(listed)).toEqual(new Set(Object.keys(variables)));
    expect(listed).toHaveLength(Object.keys(variables).length);
  });

  afterEach(() => vi.unstubAllEnvs());
  it('is what an error of the configuration names; a package names the file that it installed', () => {
    const load = () => loadConfig({}, ['NATS_URL'], ['NATS_URL']);
    expect(load).toThrow('.env.example lists every variable');
    vi.stubEnv('SPARK_ENV_FILE', '/etc/spark/other.env');
    readByDefault('/etc/spark/consumer.env');
    expect(load).toThrow('/etc/spark/consumer.env lists every variable');
    readByDefault('.env.example');
  });
});
