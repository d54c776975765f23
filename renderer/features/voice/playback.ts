/**
 * What is played, to the sample: pieces of answers follow each other without a gap, and at any moment it is known how
 * much of each answer was heard. It needs no sound hardware: whoever plays is given as `schedule`.
 */
export interface Playback {
  readonly add: (messageId: string, pcm: Int16Array<ArrayBuffer>) => void;
  /** Stops at once. How much was heard of each answer that was not heard out. */
  readonly stop: () => { readonly messageId: string; readonly audioMs: number }[];
  readonly isPlaying: () => boolean;
}

export interface PlaybackOutput {
  /** Seconds of a clock that goes on evenly. */
  readonly now: () => number;
  /** How long a sound takes from its time until it is heard. */
  readonly latency: () => number;
  /** Plays from `at`; `onEnd` when it has ended by itself. Returns what stops it. */
  readonly schedule: (pcm: Int16Array<ArrayBuffer>, at: number, onEnd: () => void) => () => void;
}

interface Piece {
  readonly messageId: string;
  readonly at: number;
  readonly seconds: number;
  readonly stop: () => void;
}

const rateHz = 24_000;
/** A first piece waits a little, so that the next is there when it ends. */
const leadSeconds = 0.06;

export function makePlayback(options: {
  readonly output: PlaybackOutput;
  /** All that was there has been heard. */
  readonly onHeard: (messageId: string, audioMs: number) => void;
}): Playback {
  const { output } = options;
  /** Of the answers that are not over; pieces that were heard stay for the count. */
  let pieces: Piece[] = [];
  let end = 0;

  function heardMs(messageId: string): number {
    const now = output.now() - output.latency();
    const seconds = pieces.reduce(
      (sum, piece) =>
        piece.messageId === messageId ? sum + Math.min(piece.seconds, Math.max(0, now - piece.at)) : sum,
      0,
    );
    return Math.floor(seconds * 1_000);
  }
  const lengthMs = (messageId: string): number =>
    pieces.reduce((sum, piece) => (piece.messageId === messageId ? sum + piece.seconds * 1_000 : sum), 0);
  const messageIds = (): string[] => [...new Set(pieces.map((piece) => piece.messageId))];

  function onEnd(last: Piece): void {
    if (pieces.at(-1) !== last) return;
    for (const messageId of messageIds()) options.onHeard(messageId, Math.ceil(lengthMs(messageId)));
  }

  return {
    add(messageId, pcm) {
      if (pcm.length === 0) return;
      // An earlier answer is over when another begins after it was heard out.
      if (output.now() > end && pieces.at(-1)?.messageId !== messageId) pieces = [];
      const at = Math.max(end, output.now() + (end > output.now() ? 0 : leadSeconds));
      const seconds = pcm.length / rateHz;
      end = at + seconds;
      const piece: Piece = { messageId, at, seconds, stop: output.schedule(pcm, at, () => onEnd(piece)) };
      pieces.push(piece);
    },
    stop() {
      const heard = messageIds()
        .map((messageId) => ({ messageId, audioMs: heardMs(messageId), lengthMs: lengthMs(messageId) }))
        .filter(({ audioMs, lengthMs: length }) => audioMs < Math.floor(length))
        .map(({ messageId, audioMs }) => ({ messageId, audioMs }));
      for (const piece of pieces) piece.stop();
      pieces = [];
      end = 0;
      return heard;
    },
    isPlaying: () => output.now() < end,
  };
}
