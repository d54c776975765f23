import type { Figure } from '../../../../../database/index.ts';

/** One way to the figures, and what it said. */
export interface Way {
  readonly name: string;
  /** Which figures it has at all: of those, one that is missing differs. */
  readonly tells: (figure: string) => boolean;
  readonly figures: readonly Figure[];
}

/** What a way says of a figure; `untold`: it does not count that; `missing`: it does, and says nothing. */
export type Said = number | null | 'untold' | 'missing';

export interface ComparedFigure {
  readonly figure: string;
  readonly name: string;
  /** In the order of the ways. */
  readonly said: readonly Said[];
  /** Ways that say another thing than the first that counts it; none when all agree. */
  readonly differ: readonly string[];
}

export interface Comparison {
  readonly title: string;
  readonly ways: readonly string[];
  readonly rows: readonly ComparedFigure[];
  /** Everything was told by two ways at least, and all of them agree. */
  readonly ok: boolean;
  /** Told by one way alone, which proves nothing. */
  readonly unproved: number;
}

/** Puts what several ways say of the same beside each other, every figure that any of them knows. */
export function compareWays(title: string, ways: readonly Way[]): Comparison {
  const told = ways.map(({ figures }) => new Map(figures.map((each) => [keyOf(each), each.value])));
  const known = new Map(ways.flatMap(({ figures }) => figures.map((each) => [keyOf(each), each] as const)));
  const rows = [...known].map(([key, { figure, name }]): ComparedFigure => {
    const said = ways.map(({ tells }, index): Said => {
      const value = told[index]?.get(key);
      if (value !== undefined) return value;
      return tells(figure) ? 'missing' : 'untold';
    });
    const first = said.find((each) => each !== 'untold');
    const differ = ways.filter((_, index) => said[index] !== 'untold' && said[index] !== first).map((way) => way.name);
    return { figure, name, said, differ };
  });
  const unproved = rows.filter(({ said }) => said.filter((each) => each !== 'untold').length < 2).length;
  const ok = rows.length > 0 && unproved === 0 && rows.every(({ differ }) => differ.length === 0);
  return { title, ways: ways.map(({ name }) => name), rows: rows.toSorted(byFigure), ok, unproved };
}

const keyOf = ({ figure, name }: Figure): string => JSON.stringify([figure, name]);
const byFigure = (a: ComparedFigure, b: ComparedFigure): number =>
  compareText(a.figure, b.figure) || compareText(a.name, b.name);
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** With the share of the calls that failed, in percent, of the two numbers that the same way told. */
export function withFailureShares(figures: readonly Figure[]): readonly Figure[] {
  const failed = new Map(
    figures.filter(({ figure }) => figure === 'failed calls').map((each) => [each.name, each.value]),
  );
  const shares = figures.flatMap(({ figure, name, value: calls }) => {
    const failures = failed.get(name);
    if (figure !== 'calls' || calls === null || failures === undefined || failures === null) return [];
    return [{ figure: 'failed %', name, value: Math.round((100_000 * failures) / calls) / 1_000 }];
  });
  return [...figures, ...shares];
}
