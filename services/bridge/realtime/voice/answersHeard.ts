import { bytesIn, voiceRateHz } from '../../../../shared/contracts/index.ts';
import type { Heard } from './types.ts';

/**
 * The model's answers as sound: how much came, how much was heard, what was cut off. The service makes sound faster than
 * it is played, so an answer that has ended is often still being listened to.
 */
export interface AnswersHeard {
  readonly said: (messageId: string, delta: string) => void;
  /** False when nobody listens to this answer any more: it was cut off. */
  readonly sound: (messageId: string, base64: string) => boolean;
  /** The answer has ended. Its text as far as it was heard when it was cut off before, else null. */
  readonly ended: (messageId: string, text: string) => string | null;
  /** Null when that cuts nothing off. */
  readonly heard: (heard: Heard) => Cut | null;
  /** Whether some answer has sound that was not played yet. */
  readonly isPlaying: () => boolean;
  /** What is being played is to stop; how much of it was heard comes by `heard`. */
  readonly hush: () => void;
  /** The connection is gone: the service cannot cut off what it said there. */
  readonly lose: () => void;
}

export interface Cut {
  readonly messageId: string;
  readonly text: string;
  /** Whether the answer had ended, so that its message is to be changed. */
  readonly hasEnded: boolean;
  /** Where the service is to cut its item; null when it does not have it any more. */
  readonly truncateMs: number | null;
}

interface Answer {
  text: string;
  soundMs: number;
  heardMs: number;
  hasEnded: boolean;
  /** Told to stop, or cut off. */
  silenced: boolean;
  cutText: string | null;
  onLine: boolean;
}

/** Of answers whose playing nobody reports. */
const maxAnswers = 20;
/** A window that has played all says so within a rounding. */
const roundingMs = 60;

export function makeAnswersHeard(): AnswersHeard {
  const answers = new Map<string, Answer>();

  function answerOf(messageId: string): Answer {
    const known = answers.get(messageId);
    if (known !== undefined) return known;
    const answer: Answer = {
      text: '',
      soundMs: 0,
      heardMs: 0,
      hasEnded: false,
      silenced: false,
      cutText: null,
      onLine: true,
    };
    answers.set(messageId, answer);
    const [oldest] = answers.keys();
    if (answers.size > maxAnswers && oldest !== undefined) answers.delete(oldest);
    return answer;
  }
  const isHeardOut = ({ soundMs, heardMs }: Answer): boolean => heardMs >= soundMs - roundingMs;

  return {
    said(messageId, delta) {
      answerOf(messageId).text += delta;
    },
    sound(messageId, base64) {
      const answer = answerOf(messageId);
      if (answer.silenced) return false;
      answer.soundMs += (bytesIn(base64) / 2 / voiceRateHz) * 1_000;
      return true;
    },
    ended(messageId, text) {
      const answer = answers.get(messageId);
      if (answer === undefined) return null;
      answer.hasEnded = true;
      answer.text = text;
      if (answer.soundMs === 0) answers.delete(messageId);
      return answer.cutText;
    },
    heard({ messageId, audioMs, interrupted }) {
      const answer = answers.get(messageId);
      if (answer === undefined || answer.cutText !== null) return null;
      answer.heardMs = Math.max(answer.heardMs, Math.min(audioMs, answer.soundMs));
      if (!interrupted || (answer.hasEnded && isHeardOut(answer))) return null;
      answer.silenced = true;
      answer.cutText = textHeard(answer);
      const truncateMs = answer.onLine ? Math.floor(answer.heardMs) : null;
      return { messageId, text: answer.cutText, hasEnded: answer.hasEnded, truncateMs };
    },
    isPlaying: () =>
      [...answers.values()].some((answer) => !answer.silenced && answer.soundMs > 0 && !isHeardOut(answer)),
    hush() {
      for (const answer of answers.values()) answer.silenced = true;
    },
    lose() {
      for (const answer of answers.values()) answer.onLine = false;
    },
  };
}

/**
 * The words up to what was heard. The service does not say which word sounds when; an answer is spoken evenly enough that
 * its share of time is its share of text. A word that was cut is left out.
 */
export function textHeard(answer: {
  readonly text: string;
  readonly soundMs: number;
  readonly heardMs: number;
}): string {
  const { text, soundMs, heardMs } = answer;
  if (soundMs === 0 || heardMs <= 0) return '';
  if (heardMs >= soundMs) return text;
  const end = Math.floor((text.length * heardMs) / soundMs);
  if (/\s/.test(text[end] ?? ' ')) return text.slice(0, end).trimEnd();
  const space = text.slice(0, end).search(/\s\S*$/);
  return space === -1 ? '' : text.slice(0, space).trimEnd();
}
