import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { explainConfig } from './explain.ts';
import { describeVariable, isSecret, problemOf, readLayers } from './layers.ts';

describe('variables of files', () => {
  let folder = '';
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  it('are told with the file that they are from, of several the last that has them', async () => {
    folder = await mkdtemp(join(tmpdir(), 'spark-config-'));
    const [one, two] = [join(folder, 'consumer.env'), join(folder, 'consumer-b.env')];
    await writeFile(one, 'SLATE_DB_HOST=db\nSLATE_DB_PORT=6000\n');
    await writeFile(two, 'SLATE_DB_PORT=6001\n');
    vi.stubEnv('SPARK_ENV_FILE', [one, two].join(delimiter));
    for (const name of ['SLATE_DB_HOST', 'SLATE_DB_PORT', 'SPARK_DB_SSL']) vi.stubEnv(name, undefined);
    expect(explainConfig(readLayers(), ['SLATE_DB_HOST', 'SLATE_DB_PORT', 'SPARK_DB_SSL'])).toMatchObject([
      { source: one, value: 'db' },
      { source: two, value: '6001' },
      { source: 'default' },
    ]);
  });
});

describe('a variable, for a person who sets it', () => {
  it('has the kind of its schema, its choices and its default', () => {
    expect(describeVariable('SLATE_DB_PORT')).toEqual({ kind: 'number', choices: [], defaultValue: '5432' });
    expect(describeVariable('SPARK_DB_SSL')).toEqual({
      kind: 'choice',
      choices: ['off', 'require', 'verify-full'],
      defaultValue: 'off',
    });
    expect(describeVariable('UNITY_MCP_URL')).toEqual({ kind: 'text', choices: [], defaultValue: null });
    expect(describeVariable('SPARK_STRICT_STARTUP').choices).toEqual(['0', '1', 'true', 'false']);
  });

  it('is a secret whatever its schema is', () => {
    expect(describeVariable('NATS_URL').kind).toBe('secret');
    expect(isSecret('NATS_URL')).toBe(true);
    expect(isSecret('UNITY_MCP_URL')).toBe(false);
  });

  it('says what is wrong with a value without repeating it', () => {
    expect(problemOf('UNITY_MCP_URL', 'localhost')).toBe('is not a URL');
    expect(problemOf('SLATE_DB_PORT', '70000')).toBe('must be a whole number from 1 to 65535');
    expect(problemOf('SLATE_DB_PORT', '')).toBeNull();
    expect(problemOf('SPARK_WEB_TOKEN', 'hunter2')).not.toContain('hunter2');
  });
});
