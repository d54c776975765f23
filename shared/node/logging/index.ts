export { makeLogger, redactUrl } from './logger.ts';
export type { Logger, LoggerOptions } from './logger.ts';
