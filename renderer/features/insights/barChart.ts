import uPlot from 'uplot';
import { makePlot, plotStyle } from '../../components/chart/plot.ts';
import type { DayFigures } from './series.ts';
import { shortDayText } from './words.ts';

export interface BarChart {
  /** Marks a day by its place; null marks none. */
  readonly mark: (index: number | null) => void;
  readonly destroy: () => void;
}

export interface BarChartOptions {
  readonly host: HTMLElement;
  readonly figures: DayFigures;
  /** Of a value of the axis. */
  readonly format: (value: number) => string;
  /** The day under the pointer; null when it left. */
  readonly onHover: (index: number | null) => void;
}

const height = 148;
/** Pixels that a date below the axis needs. */
const labelWidth = 64;

/** Stacked bars, one a day. Colours are read from the tokens when it is made: make it again when the theme changes. */
export function drawBars({ host, figures, format, onHover }: BarChartOptions): BarChart {
  const { colourOf, axis, grid } = plotStyle(host);
  const { days, series } = figures;
  // Drawn from the tallest to the lowest, each from the ground up: what a lower one leaves free is seen.
  const tops = series.map((_, upTo) =>
    days.map((_day, index) => series.slice(0, upTo + 1).reduce((sum, { values }) => sum + (values[index] ?? 0), 0)),
  );
  const bars = uPlot.paths.bars?.({ size: [0.72, 32, 2], align: 0 });
  const highest = Math.max(0, ...(tops.at(-1) ?? []));
  const { chart, destroy } = makePlot(
    host,
    {
      height,
      padding: [8, 20, 0, 0],
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: false, y: false },
        move: (_chart, left, top) => [left, top],
      },
      scales: {
        x: { time: false, range: [-0.6, days.length - 0.4] },
        y: { range: [0, highest === 0 ? 1 : highest * 1.08] },
      },
      axes: [
        {
          ...axis,
          size: 28,
          grid: { show: false },
          splits: (self) => splitsOf(days.length, Math.max(2, Math.floor(self.width / labelWidth))),
          values: (_self, splits) => splits.map((index) => shortDayText(days[index] ?? '')),
        },
        {
          ...axis,
          size: 64,
          grid,
          space: 40,
          incrs: [
            1,
            2,
            5,
            ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13].flatMap((power) =>
              [1, 2, 5].map((step) => step * 10 ** power),
            ),
          ],
          values: (_self, splits) => splits.map(format),
        },
      ],
      series: [
        {},
        ...series
          .map(({ colour }) => ({
            fill: colourOf(colour),
            // The ground's colour around each part keeps neighbours apart, whatever the eye makes of their colours.
            stroke: colourOf('--bg'),
            width: 1,
            points: { show: false },
            ...(bars === undefined ? {} : { paths: bars }),
          }))
          .toReversed(),
      ],
      hooks: {
        setCursor: [
          (self) => {
            if (self.cursor.event !== undefined)
              onHover(self.cursor.left !== undefined && self.cursor.left >= 0 ? (self.cursor.idx ?? null) : null);
          },
        ],
      },
    },
    [days.map((_, index) => index), ...tops.toReversed()],
  );
  return {
    mark(index) {
      const left = index === null ? -10 : chart.valToPos(index, 'x');
      chart.setCursor({ left, top: index === null ? -10 : 1 }, false);
    },
    destroy,
  };
}

/** Days to name below the axis, the newest among them. */
function splitsOf(count: number, most: number): number[] {
  const step = Math.ceil(count / most);
  return Array.from({ length: Math.ceil(count / step) }, (_, index) => count - 1 - index * step).toReversed();
}
