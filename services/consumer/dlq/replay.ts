import { deadLetterStreamName } from '../../../shared/contracts/index.ts';
import {
  deleteMessage,
  getMessage,
  type JetStreamPublisher,
  type NatsLink,
} from '../../../shared/node/messaging/index.ts';
import { deadLetterHeaders } from '../deadLetters.ts';
import type { DeadLetter } from './deadLetter.ts';

export type ReplayOutcome =
  | { readonly kind: 'replayed'; readonly streamSeq: number }
  /** A replay before this one was stored, and ended before it could remove the dead letter. */
  | { readonly kind: 'replayed_before'; readonly streamSeq: number }
  /** The stream still remembers the original's id and dropped the replay; the dead letter stays. */
  | { readonly kind: 'too_early' }
  /** Somebody else dealt with it meanwhile. */
  | { readonly kind: 'gone' };

/**
 * Publishes the original bytes to the original subject with the original message id, and removes the dead letter once
 * that is acknowledged. Whatever dies in between, the next replay repeats it harmlessly: inside the duplicate window the
 * stream drops it, after it the row is the same. A message that fails again becomes a new dead letter, whose attempts
 * count on. Rejects with a DependencyError; the dead letter is kept then.
 */
export async function replayDeadLetter(
  letter: DeadLetter,
  needs: { readonly link: NatsLink; readonly publisher: JetStreamPublisher },
): Promise<ReplayOutcome> {
  const { link, publisher } = needs;
  const stored = await getMessage(link, deadLetterStreamName, letter.id);
  if (stored === undefined) return { kind: 'gone' };
  const { streamSeq, duplicate } = await publisher.publish({
    subject: letter.subject,
    id: messageIdOf(letter),
    bytes: stored.data,
    headers: {
      ...Object.fromEntries(letter.originalHeaders),
      [deadLetterHeaders.attempts]: String(letter.attempts),
      [deadLetterHeaders.firstFailedAt]: letter.firstFailedAt,
    },
  });
  // A repeat of the original, and not of an earlier replay: nothing new is in the stream.
  if (duplicate && streamSeq === letter.streamSeq) return { kind: 'too_early' };
  await deleteMessage(link, deadLetterStreamName, letter.id);
  return { kind: duplicate ? 'replayed_before' : 'replayed', streamSeq };
}

/** The original's id; for a message without one an id that every replay of this dead letter has in common. */
const messageIdOf = ({ id, originalId, streamSeq, recordedAt }: DeadLetter): string =>
  originalId ?? (recordedAt === null ? `dead-letter-${id}` : `${streamSeq}-${Date.parse(recordedAt)}`);
