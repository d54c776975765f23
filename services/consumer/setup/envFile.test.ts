import { parseEnv } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '../../../shared/node/config/index.ts';
import { consumerVariables } from '../settings.ts';
import { environmentTemplate, withVariables } from './envFile.ts';

describe('the file of variables', () => {
  it('sets nothing before the setup, and names all that the consumer reads but for what systemd sets', () => {
    const template = environmentTemplate();
    expect(parseEnv(template)).toEqual({});
    const named = [...template.matchAll(/^#([A-Z][A-Z_]+)=$/gm)].map((match) => match[1]);
    expect(named).toEqual(consumerVariables.filter((name) => !/^(JOURNAL|NOTIFY|WATCHDOG)/.test(name)));
    expect(loadConfig(parseEnv(template), consumerVariables)).toMatchObject({ SPARK_METRICS_PORT: 9464 });
  });

  it('gets a value where its variable stands, and keeps every other line', () => {
    const before = '# mine\nSLATE_DB_PORT=1\n#NATS_URL=\nOTHER=x';
    const after = withVariables(
      before,
      new Map([
        ['NATS_URL', 'nats://h:4222'],
        ['SLATE_DB_PORT', '5433'],
        ['SLATE_DB_NAME', 'n'],
      ]),
    );
    expect(after).toBe('# mine\nSLATE_DB_PORT=5433\nNATS_URL=nats://h:4222\nOTHER=x\nSLATE_DB_NAME=n\n');
  });

  it('gives back every value that it takes, whatever is in it', () => {
    const nasty = fc.string({ unit: fc.constantFrom(...'ab #=\'"`$\\{}&|%\t\né'.split('')) });
    fc.assert(
      fc.property(nasty, (value) => {
        try {
          const text = withVariables(environmentTemplate(), new Map([['SLATE_DB_PASSWORD', value]]));
          expect(parseEnv(text)).toEqual({ SLATE_DB_PASSWORD: value });
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          // A line break, or no kind of quotes left to stand around it (double ones: not with a backslash).
          expect(value).toMatch(/\n|^(?=.*')(?=.*`)(?=.*["\\])/);
        }
      }),
    );
  });
});
