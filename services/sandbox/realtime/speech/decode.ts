import { frameBytes, maxPayloadBytes, orderAfter, readFrame, type Frame } from './frames.ts';
import { byteAt, shareOf, type HeardByte } from './listen.ts';
import { symbolSamples, syncBytes } from './tones.ts';

/** A quarter of a symbol: the window then misses a symbol's begin by an eighth at most. */
const hopSamples = symbolSamples / 4;
/** Of the sound during the opening of a frame, at least this share is its tones; noise of the same power leaves a half. */
const syncShare = 0.2;
/** The halves of bytes that were heard least clearly may each be the second strongest tone: 2^8 trials a frame. */
const doubtful = 8;
/** Stands where words were lost. */
const gap = ' … ';

/**
 * What was said in the stand-in's voice; null when nothing of it is understood. It takes any level, silence and noise
 * around it, and sound that was resampled on its way. Words that were damaged are left out and marked with an ellipsis.
 */
export function decodeSpeech(pcm: Int16Array): string | null {
  let text = '';
  let expected: number | null = null;
  for (const frame of framesIn(pcm)) {
    if (frame.order === 0 && text !== '') text += ' ';
    else if (frame.order !== (expected ?? 0)) text += gap;
    text += frame.text;
    expected = orderAfter(frame.order);
  }
  const said = text.trim();
  return said === '' ? null : said;
}

function* framesIn(pcm: Int16Array): Generator<Frame> {
  const shares = makeShares(pcm);
  let hop = 0;
  while (hop * hopSamples + (syncBytes.length + 6) * symbolSamples <= pcm.length + hopSamples) {
    const found = isPeak(shares, hop) ? frameAt(pcm, hop * hopSamples) : null;
    if (found === null) {
      hop += 1;
      continue;
    }
    yield found.frame;
    hop = Math.floor(found.end / hopSamples) - 1;
  }
}

/** Given a hop, how well the sound from there on fits the opening of a frame. Each window is looked at once. */
function makeShares(pcm: Int16Array): (hop: number) => number {
  const rows = syncBytes.map(() => new Map<number, number>());
  const share = (row: number, hop: number): number => {
    const known = rows[row]?.get(hop);
    if (known !== undefined) return known;
    const value = hop < 0 ? 0 : shareOf(pcm, hop * hopSamples, syncBytes[row] ?? 0);
    rows[row]?.set(hop, value);
    return value;
  };
  return (hop) => {
    // The first symbol alone rules out most places.
    if (share(0, hop) < syncShare / 2) return 0;
    return syncBytes.reduce((sum, _, row) => sum + share(row, hop + row * 4), 0) / syncBytes.length;
  };
}

function isPeak(shares: (hop: number) => number, hop: number): boolean {
  const here = shares(hop);
  return here >= syncShare && [-2, -1, 1, 2].every((away) => shares(hop + away) <= here);
}

function frameAt(pcm: Int16Array, sync: number): { frame: Frame; end: number } | null {
  for (const shift of [0, hopSamples / 2, -hopSamples / 2]) {
    const start = sync + shift + syncBytes.length * symbolSamples;
    if (start < 0) continue;
    for (const header of valuesOf(byteAt(pcm, start))) {
      const length = frameBytes(header);
      if ((header & 31) > maxPayloadBytes || (header & 31) === 0) continue;
      const heard = Array.from({ length: length - 1 }, (_, n) => byteAt(pcm, start + (n + 1) * symbolSamples));
      const frame = corrected(header, heard);
      if (frame !== null) return { frame, end: start + length * symbolSamples };
    }
  }
  return null;
}

const valuesOf = ({ high, low }: HeardByte): number[] =>
  [high.best, high.second].flatMap((upper) => [low.best, low.second].map((lower) => (upper << 4) | lower));

/** The frame as heard, or with some of the least certain halves replaced until the checksum fits. */
function corrected(header: number, heard: readonly HeardByte[]): Frame | null {
  const bytes = Uint8Array.from([header, ...heard.map(({ high, low }) => (high.best << 4) | low.best)]);
  const doubts = heard
    .flatMap(({ high, low }, index) => [
      { at: index + 1, flip: (high.best ^ high.second) << 4, margin: high.margin },
      { at: index + 1, flip: low.best ^ low.second, margin: low.margin },
    ])
    .sort((a, b) => a.margin - b.margin)
    .slice(0, doubtful);
  for (let trial = 0; trial < 2 ** doubts.length; trial += 1) {
    const tried = bytes.slice();
    for (const [bit, { at, flip }] of doubts.entries()) if ((trial >> bit) & 1) tried[at] = (tried[at] ?? 0) ^ flip;
    const frame = readFrame(tried);
    if (frame !== null) return frame;
  }
  return null;
}
