import { mkdirSync } from 'node:fs';
import { createStream } from 'rotating-file-stream';

/** A file of log lines that is never larger than a few megabytes, and some older ones beside it. */
export interface LogFile {
  write(line: string): void;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

export const logFileName = 'spark.log';
const oldFiles = 4;

/**
 * Opens `spark.log` in the folder. When it is full it becomes `spark.1.log`, that `spark.2.log`, …; the oldest goes. A
 * disk that is full or a folder that is gone costs the file, never the program: `onError` is told once.
 */
export function openLogFile(options: {
  readonly folder: string;
  readonly size?: `${number}${'K' | 'M'}`;
  readonly onError: (error: unknown) => void;
}): LogFile {
  let failed = false;
  const fail = (error: unknown): void => {
    if (failed) return;
    failed = true;
    options.onError(error);
  };
  try {
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    fail(error);
    return { write: () => undefined, close: () => Promise.resolve() };
  }
  const nameOf = (index: number | Date | null): string =>
    index === null ? logFileName : logFileName.replace('.', `.${index instanceof Date ? 0 : index}.`);
  const stream = createStream(nameOf, {
    path: options.folder,
    size: options.size ?? '5M',
    rotate: oldFiles,
    mode: 0o600,
  });
  stream.on('error', fail);
  return {
    write(line) {
      if (!failed) stream.write(line);
    },
    close: () =>
      new Promise((resolve) => {
        if (failed) return resolve();
        stream.once('error', () => resolve());
        stream.end(resolve);
      }),
  };
}
