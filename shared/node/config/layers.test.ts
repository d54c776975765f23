import { describe, expect, it } from 'vitest';
import { describeVariable, isSecret, problemOf } from './layers.ts';

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
