import { destination, pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { variables } from '../config/index.ts';

export type Logger = PinoLogger;

/** Keys whose values never reach a log, at any of the first three levels of an object. */
const secretKeys = [
  'password',
  'token',
  'apiKey',
  'authorization',
  'secret',
  'cookie',
  ...Object.entries(variables).flatMap(([name, { secret }]) => (secret === true ? [name] : [])),
];
const redactedPaths = secretKeys.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]);

export interface LoggerOptions {
  /** The program's name, on every line. */
  readonly name: string;
  readonly level: string;
  /** Where lines go; standard error unless given, so that standard output stays for machines. */
  readonly sink?: DestinationStream;
}

/** JSON lines on standard error, secrets redacted; narrowed with `logger.child({ ... })` on the way down. */
export function makeLogger(options: LoggerOptions): Logger {
  return pino(
    {
      name: options.name,
      level: options.level,
      redact: { paths: redactedPaths, censor: '[secret]' },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      serializers: { err: pino.stdSerializers.errWithCause },
    },
    options.sink ?? destination({ dest: 2, sync: true }),
  );
}

/**
 * Hides the password of a URL (`nats://spark:[secret]@host:4222`), or what stands alone before the `@`: a token of NATS.
 * Anything that is not a URL is returned as it is.
 */
export function redactUrl(value: string): string {
  if (value.includes(','))
    return value
      .split(',')
      .map((part) => redactUrl(part.trim()))
      .join(',');
  if (!URL.canParse(value)) return value;
  const url = new URL(value);
  if (url.password !== '') url.password = 'secret';
  else if (url.username !== '') url.username = 'secret';
  return url.href.replace('secret@', '[secret]@');
}
