import { destination, type DestinationStream } from 'pino';

/** The newest lines of a log, for a report that a person copies. */
export interface LogTail extends DestinationStream {
  /** Oldest first, as they were written. */
  readonly lines: () => readonly string[];
}

/** A sink that passes every line on, to standard error unless given another, and keeps the last ones. */
export function makeLogTail(options: { readonly limit?: number; readonly to?: DestinationStream } = {}): LogTail {
  const { limit = 300, to = destination({ dest: 2, sync: true }) } = options;
  const kept: string[] = [];
  return {
    write(line) {
      to.write(line);
      kept.push(line.trimEnd());
      if (kept.length > limit) kept.shift();
    },
    lines: () => [...kept],
  };
}
