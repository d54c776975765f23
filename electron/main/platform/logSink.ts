import { destination } from 'pino';
import { waitMs } from '../../../shared/node/lifecycle/index.ts';
import { makeLogTail, type LogTail } from '../../../shared/node/logging/index.ts';
import { openLogFile, type LogFile } from './logFile.ts';

/** Where the lines of the desktop app go: to standard error, to the tail for reports, and to a file once it is known. */
export interface LogSink extends LogTail {
  /** Earlier lines are in the file too. */
  readonly openFile: (folder: string) => void;
  /** Resolves when everything is written, or when the disk takes too long. */
  readonly closeFile: () => Promise<void>;
}

/** A few lines; a disk that hangs must not hold up the end. */
const closeMs = 2_000;

export function makeLogSink(): LogSink {
  const terminal = destination({ dest: 2, sync: true });
  let file: LogFile | undefined;
  const tail = makeLogTail({
    to: {
      write(line) {
        try {
          terminal.write(line);
        } catch {
          // Started from a desktop there may be no terminal any more.
        }
        file?.write(line);
      },
    },
  });
  return {
    ...tail,
    openFile(folder) {
      file = openLogFile({
        folder,
        onError: (error) => tail.write(`${JSON.stringify({ level: 40, msg: `no log file: ${String(error)}` })}\n`),
      });
      for (const line of tail.lines()) file.write(`${line}\n`);
    },
    closeFile: async () => await Promise.race([file?.close(), waitMs(closeMs)]),
  };
}
