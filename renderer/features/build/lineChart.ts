import { makePlot, plotStyle } from '../../components/chart/plot.ts';

export interface LineChartOptions {
  readonly host: HTMLElement;
  /** Oldest first; null leaves a gap. */
  readonly values: readonly (number | null)[];
  /** Values that are marked. */
  readonly worse: readonly boolean[];
  readonly format: (value: number) => string;
  /** The value under the pointer; null when it left. */
  readonly onHover: (index: number | null) => void;
}

const height = 96;

/** A line from build to build, from zero up: what looks twice as high is. Returns how to remove it. */
export function drawLine({ host, values, worse, format, onHover }: LineChartOptions): () => void {
  const { colourOf, axis, grid } = plotStyle(host);
  const highest = Math.max(0, ...values.map((value) => value ?? 0));
  return makePlot(
    host,
    {
      height,
      padding: [8, 8, 4, 0],
      cursor: { y: false, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: [-0.5, Math.max(1, values.length - 0.5)] },
        y: { range: [0, highest === 0 ? 1 : highest * 1.15] },
      },
      axes: [
        { show: false },
        {
          ...axis,
          size: 64,
          space: 28,
          grid,
          values: (_self, splits) => splits.map(format),
        },
      ],
      series: [
        {},
        {
          stroke: colourOf('--text-muted'),
          width: 1.5,
          points: { show: true, size: 5, fill: colourOf('--bg'), stroke: colourOf('--text-muted') },
        },
        // The worse ones again, as larger filled points and no line.
        {
          stroke: 'transparent',
          points: { show: true, size: 9, fill: colourOf('--bad'), stroke: colourOf('--bad') },
        },
      ],
      hooks: {
        setCursor: [
          ({ cursor }) => onHover(cursor.left !== undefined && cursor.left >= 0 ? (cursor.idx ?? null) : null),
        ],
      },
    },
    [
      values.map((_, index) => index),
      [...values],
      values.map((value, index) => (worse[index] === true ? value : null)),
    ],
  ).destroy;
}
