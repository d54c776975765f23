import { fstatSync } from 'node:fs';
import { destination, type DestinationStream } from 'pino';

/** Levels of pino as priorities of syslog (RFC 5424), which the journal keeps as the field PRIORITY. */
const priorities: Readonly<Record<string, number>> = { 10: 7, 20: 7, 30: 6, 40: 4, 50: 3, 60: 2 };

/**
 * Whether standard error leads to the journal: `JOURNAL_STREAM` is `<device>:<inode>` of the stream that systemd made,
 * and is inherited by programs whose output goes elsewhere (systemd.exec(5)).
 */
export function leadsToJournal(journalStream: string | undefined): boolean {
  if (journalStream === undefined) return false;
  const { dev, ino } = fstatSync(2);
  return journalStream === `${dev}:${ino}`;
}

/**
 * A sink for the journal of systemd: each line begins with its priority (`<4>`, as sd-daemon(3) has it), so that
 * `journalctl -p warning` works. The line itself stays JSON.
 */
export function makeJournalSink(to: DestinationStream = destination({ dest: 2, sync: true })): DestinationStream {
  return {
    write(line) {
      const level = /^\{"level":(\d+)/.exec(line)?.[1] ?? '';
      to.write(`<${priorities[level] ?? 6}>${line}`);
    },
  };
}
