import { Command } from 'commander';
import { deadLetterStreamName } from '../../../shared/contracts/index.ts';
import {
  deleteMessage,
  getMessage,
  makeJetStreamPublisher,
  type NatsLink,
} from '../../../shared/node/messaging/index.ts';
import { toDeadLetter, type DeadLetter } from './deadLetter.ts';
import { findDeadLetters } from './find.ts';
import { parseCount, toFilter, withFilters, type FilterOptions } from './options.ts';
import { formatCounts, formatLetter, formatLetters } from './print.ts';
import { replayDeadLetter, type ReplayOutcome } from './replay.ts';

/** Runs one command with a connection to NATS; resolves with its exit code. */
export type AskNats = (
  task: (needs: { readonly link: NatsLink; readonly signal: AbortSignal }) => Promise<number | void>,
) => Promise<void>;

/** Where the answer goes: standard output, and standard error for what is no answer. */
export interface Terminal {
  readonly say: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly write: (bytes: Uint8Array) => void;
}

interface ChangeOptions extends FilterOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const listed = 50;

/** `dlq list | show | replay | purge`. */
export function dlqCommand(ask: AskNats, { say, complain, write }: Terminal): Command {
  const dlq = new Command('dlq').description('what could not become a row: look at it, send it again, remove it');

  withFilters(dlq.command('list'))
    .description(`count the dead letters by reason and list them, ${listed} unless --limit says more`)
    .option('--json', 'one JSON object')
    .action((options: ChangeOptions) =>
      ask(async ({ link }) => {
        const { counts, first, total } = await collect(link, options);
        if (options.json === true) {
          say(JSON.stringify({ total, reasons: Object.fromEntries(counts), deadLetters: first }));
        } else if (total === 0) {
          say('No dead letters.');
        } else {
          say(`${formatCounts(counts)}\n\n${formatLetters(first)}`);
          if (total > first.length) say(`… and ${total - first.length} more; --limit shows them`);
        }
      }),
    );

  dlq
    .command('show')
    .description('everything about one dead letter, with its body')
    .argument('<id>', 'the number that `dlq list` shows', parseCount)
    .option('--raw', "the body's bytes alone, as they are")
    .action((id: number, options: { readonly raw?: boolean }) =>
      ask(async ({ link }) => {
        const stored = await getMessage(link, deadLetterStreamName, id);
        if (stored === undefined) {
          complain(`There is no dead letter ${id} (any more).`);
          return 1;
        }
        if (options.raw === true) write(stored.data);
        else say(formatLetter(toDeadLetter({ ...stored, sizeBytes: stored.data.byteLength }), stored.data));
        return 0;
      }),
    );

  withFilters(dlq.command('replay'))
    .description('publish the original bytes again with the original message id, and remove what was acknowledged')
    .option('--dry-run', 'only say what would be replayed')
    .action((options: ChangeOptions) =>
      ask(async ({ link, signal }) => {
        if (options.dryRun === true) return await foretell(link, options, say, 'would be replayed');
        const publisher = makeJetStreamPublisher(link);
        const counts = new Map<ReplayOutcome['kind'], number>();
        for await (const letter of some(link, options)) {
          if (signal.aborted) break;
          const { kind } = await replayDeadLetter(letter, { link, publisher });
          counts.set(kind, (counts.get(kind) ?? 0) + 1);
        }
        say(formatReplay(counts));
        return (counts.get('too_early') ?? 0) === 0 ? 0 : 1;
      }),
    );

  withFilters(dlq.command('purge'))
    .description('remove dead letters for good: what they hold is in no table')
    .option('--dry-run', 'only say what would be removed')
    .option('--yes', 'remove them')
    .action((options: ChangeOptions & { readonly yes?: boolean }) =>
      ask(async ({ link, signal }) => {
        if (options.dryRun === true || options.yes !== true) {
          await foretell(link, options, say, 'would be removed');
          if (options.dryRun === true) return 0;
          complain('Nothing was removed: it takes --yes.');
          return 1;
        }
        let removed = 0;
        for await (const { id } of some(link, options)) {
          if (signal.aborted) break;
          if (await deleteMessage(link, deadLetterStreamName, id)) removed += 1;
        }
        say(`${removed} removed.`);
        return 0;
      }),
    );
  return dlq;
}

/** Those of the filter, at most `--limit`. */
async function* some(link: NatsLink, options: FilterOptions): AsyncGenerator<DeadLetter> {
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  for await (const letter of findDeadLetters(link, toFilter(options))) {
    yield letter;
    left -= 1;
    if (left <= 0) return;
  }
}

/** Counts all of the filter; keeps only what is listed, so that a full stream does not fill the memory. */
async function collect(link: NatsLink, options: FilterOptions) {
  const counts = new Map<string, number>();
  const first: DeadLetter[] = [];
  let total = 0;
  for await (const letter of findDeadLetters(link, toFilter(options))) {
    counts.set(letter.reason, (counts.get(letter.reason) ?? 0) + 1);
    if (first.length < (options.limit ?? listed)) first.push(letter);
    total += 1;
  }
  return { counts, first, total };
}

async function foretell(link: NatsLink, options: FilterOptions, say: Terminal['say'], what: string): Promise<number> {
  const { counts, first, total } = await collect(link, options);
  const affected = Math.min(total, options.limit ?? total);
  if (affected > 0) say(`${formatCounts(counts)}\n\n${formatLetters(first)}\n`);
  say(`${affected} ${what}.`);
  return 0;
}

function formatReplay(counts: ReadonlyMap<ReplayOutcome['kind'], number>): string {
  const of = (kind: ReplayOutcome['kind']): number => counts.get(kind) ?? 0;
  const lines = [`${of('replayed')} replayed; what fails again becomes a dead letter again.`];
  if (of('replayed_before') > 0) lines.push(`${of('replayed_before')} had been replayed before; removed.`);
  if (of('gone') > 0) lines.push(`${of('gone')} were gone already.`);
  if (of('too_early') > 0) {
    lines.push(
      `${of('too_early')} were dropped by the stream as repeats of their originals, which are younger than its`,
      'duplicate window (2 minutes); they are still dead letters. Replay them again in a while.',
    );
  }
  return lines.join('\n');
}
