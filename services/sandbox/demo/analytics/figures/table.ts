import type { Comparison, Said } from './compare.ts';

/** A comparison for people: a line per figure, ✗ where the ways do not agree. */
export function renderComparison({ title, ways, rows, unproved }: Comparison): string {
  const cells = rows.map(({ figure, name, said, differ }) => [
    differ.length === 0 ? ' ' : '✗',
    figure,
    name === '' ? '(nobody)' : name,
    ...said.map(textOf),
  ]);
  const table = [['', title, 'of', ...ways], ...cells];
  const widths = ways.map((_, index) => widthOf(table, index + 3));
  const [figureWidth, nameWidth] = [widthOf(table, 1), widthOf(table, 2)];
  const lines = table.map(([mark = '', figure = '', name = '', ...said]) =>
    [
      mark.padEnd(1),
      figure.padEnd(figureWidth),
      name.padEnd(nameWidth),
      ...said.map((text, index) => text.padStart(widths[index] ?? 0)),
    ].join('  '),
  );
  const rule = '─'.repeat(Math.max(...lines.map(({ length }) => length)));
  const wrong = rows.filter(({ differ }) => differ.length > 0).length;
  const sum = wrong === 0 ? `${rows.length} figures, all equal` : `${rows.length} figures, ${wrong} differ`;
  const alone = unproved === 0 ? '' : `, ${unproved} told by one way alone`;
  return [lines[0], rule, ...lines.slice(1), rule, `${sum}${alone}`].join('\n');
}

const widthOf = (table: readonly (readonly string[])[], column: number): number =>
  Math.max(...table.map((row) => row[column]?.length ?? 0));

function textOf(said: Said): string {
  if (said === 'untold') return '·';
  if (said === 'missing') return 'missing';
  return said === null ? 'none' : said.toLocaleString('en-US', { maximumFractionDigits: 3 });
}
