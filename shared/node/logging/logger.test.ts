import { describe, expect, it } from 'vitest';
import { variables } from '../config/index.ts';
import { makeLogger, redactUrl } from './index.ts';

describe('logger', () => {
  it('never writes a secret', () => {
    const lines: string[] = [];
    const logger = makeLogger({ name: 'test', level: 'info', sink: { write: (line) => void lines.push(line) } });
    logger.info(
      { password: 'hunter2', config: { SLATE_DB_PASSWORD: 'hunter2', nested: { token: 'hunter2' } } },
      'started',
    );
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines.join('')).toContain('started');
  });

  it('writes no variable that is a secret', () => {
    const lines: string[] = [];
    const logger = makeLogger({ name: 'test', level: 'info', sink: { write: (line) => void lines.push(line) } });
    const secrets = Object.entries(variables).flatMap(([name, { secret }]) => (secret === true ? [name] : []));
    expect(secrets).toContain('SLATE_DB_PASSWORD');
    logger.info({ config: Object.fromEntries(secrets.map((name) => [name, 'hunter2'])) }, 'started');
    expect(lines.join('')).not.toContain('hunter2');
  });

  it('hides the password of a URL', () => {
    expect(redactUrl('nats://spark:hunter2@host:4222')).toBe('nats://spark:[secret]@host:4222');
    expect(redactUrl('nats://hunter2@host:4222')).toBe('nats://[secret]@host:4222');
    expect(redactUrl('nats://u:hunter2@a:1, nats://u:hunter2@b:1')).toBe('nats://u:[secret]@a:1,nats://u:[secret]@b:1');
    expect(redactUrl('not a url')).toBe('not a url');
  });
});
