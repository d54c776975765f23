import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * What is left when main itself fails: a report beside the logs, written before anything else is tried, because nothing
 * after such an error can be relied on. The next start finds it and tells the person.
 */
export interface CrashReports {
  /** Writes a report and returns its file; undefined when even that failed. */
  readonly write: (error: unknown, origin: string) => string | undefined;
  /** Reports that nobody was told of yet, the newest first; each is told once. */
  readonly takeUntold: () => readonly string[];
}

const keptReports = 10;
const untold = /^crash-.*\.txt$/;
const told = /^told-crash-.*\.txt$/;

export function makeCrashReports(options: {
  readonly folder: string;
  readonly about: string;
  /** Newest lines of the log. */
  readonly logLines: () => readonly string[];
  readonly now: () => Date;
}): CrashReports {
  const { folder, about, logLines, now } = options;
  return {
    write(error, origin) {
      const at = now().toISOString();
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const text = [`${about} · ${at} · ${origin}`, '', stack, '', 'Log', ...logLines(), ''].join('\n');
      const file = join(folder, `crash-${at.replaceAll(/[:.]/g, '-')}.txt`);
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        writeFileSync(file, withoutSecrets(text), { mode: 0o600 });
        return file;
      } catch {
        return undefined;
      }
    },
    takeUntold() {
      const names = namesIn(folder);
      const found = names.filter((name) => untold.test(name)).toSorted();
      for (const name of found) renameSync(join(folder, name), join(folder, `told-${name}`));
      const old = [...names.filter((name) => told.test(name)), ...found.map((name) => `told-${name}`)].toSorted();
      for (const name of old.slice(0, -keptReports)) rmSync(join(folder, name), { force: true });
      return found.toReversed().map((name) => join(folder, `told-${name}`));
    },
  };
}

/** Users and passwords in addresses, and the name of the home folder. */
const withoutSecrets = (text: string): string =>
  text.replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, '$1[secret]@').replaceAll(homedir(), '~');

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The part of a process that is listened to. */
interface CrashingProcess {
  on(
    event: 'uncaughtException' | 'unhandledRejection',
    listener: (error: unknown, ...rest: unknown[]) => void,
  ): unknown;
}

/** Ends SPARK after an error that nothing caught: a report first, then what was opened is released, then the end. */
export function endOnCrash(options: {
  readonly process: CrashingProcess;
  readonly reports: Pick<CrashReports, 'write'>;
  readonly end: (file: string | undefined) => Promise<void>;
}): void {
  let ending = false;
  for (const origin of ['uncaughtException', 'unhandledRejection'] as const) {
    options.process.on(origin, (error) => {
      const file = options.reports.write(error, origin);
      // A second error while everything is being released changes nothing any more.
      if (ending) return;
      ending = true;
      void options.end(file);
    });
  }
}
