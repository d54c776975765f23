import { drawFault, faultKinds, type DrawnFault } from './faults/index.ts';
import { makeRandom, type Random } from '../random.ts';

export interface PlannedFault extends DrawnFault {
  /** Milliseconds from the start of the load. */
  readonly fromMs: number;
  readonly forMs: number;
}

export interface PlannedRound {
  readonly round: number;
  readonly faults: readonly PlannedFault[];
  readonly eventsPerSecond: number;
}

const pairShare = 0.5;

/**
 * Every choice of a run, from its seed alone. Kinds are dealt from a shuffled deck, so that each comes equally often; in
 * half of the rounds a second one that does not touch the same parts runs at the same time.
 */
export function* planRounds(options: {
  readonly seed: number;
  readonly rounds: number;
  readonly kinds?: readonly string[];
}): Generator<PlannedRound> {
  const random = makeRandom(options.seed);
  let deck: string[] = [];
  const deal = (): string => {
    if (deck.length === 0) deck = random.shuffled(options.kinds ?? faultKinds);
    return deck.pop() ?? '';
  };
  const place = (fault: DrawnFault): PlannedFault => ({
    ...fault,
    fromMs: random.int(200, 900),
    forMs: random.int(300, 2_200),
  });
  for (let round = 1; round <= options.rounds; round += 1) {
    const first = drawFault(deal(), random);
    const faults = [place(first)];
    if (random.chance(pairShare)) {
      const second = partner(first, deck, random);
      if (second !== undefined) faults.push(place(second));
    }
    yield { round, faults, eventsPerSecond: random.int(150, 500) };
  }
}

/** The next card of the deck that does not touch what `first` holds; it is dealt with that. */
function partner(first: DrawnFault, deck: string[], random: Random): DrawnFault | undefined {
  for (let at = deck.length - 1; at >= 0; at -= 1) {
    const other = drawFault(deck[at] ?? '', random);
    if (other.holds.some((part) => first.holds.includes(part))) continue;
    deck.splice(at, 1);
    return other;
  }
  return undefined;
}

export const toWords = ({ faults, eventsPerSecond }: PlannedRound): string =>
  `${faults
    .map(
      ({ kind, words, fromMs, forMs }) => `${kind}${words === '' ? '' : ` (${words})`} at ${fromMs} ms for ${forMs} ms`,
    )
    .join(' + ')}, ${eventsPerSecond} events/s`;
