import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { colourReader, tokenText } from '../../lib/tokenStyles.ts';

/** Import it by `loadChart` only. */

export interface PlotStyle {
  /** Of a token, as it is now: draw again when the theme changes. */
  readonly colourOf: (token: string) => string;
  /** What axes have in common. */
  readonly axis: Pick<uPlot.Axis, 'stroke' | 'font' | 'ticks'>;
  readonly grid: uPlot.Axis.Grid;
}

export interface Plot {
  readonly chart: uPlot;
  readonly destroy: () => void;
}

/** Colours and fonts of the tokens at `host`. */
export function plotStyle(host: HTMLElement): PlotStyle {
  const colourOf = colourReader(host);
  return {
    colourOf,
    axis: {
      stroke: colourOf('--text-muted'),
      font: `${tokenText(host, '--text-small')} ${tokenText(host, '--font-ui')}`,
      ticks: { show: false },
    },
    grid: { stroke: colourOf('--border'), width: 1 },
  };
}

/** A plot as wide as its host, whatever becomes of that; no legend: the page has one of its own. */
export function makePlot(
  host: HTMLElement,
  options: Omit<uPlot.Options, 'width' | 'legend'>,
  data: uPlot.AlignedData,
): Plot {
  const size = () => ({ width: Math.max(1, host.clientWidth), height: options.height });
  const chart = new uPlot({ ...options, ...size(), legend: { show: false } }, data, host);
  const sizes = new ResizeObserver(() => chart.setSize(size()));
  sizes.observe(host);
  return {
    chart,
    destroy() {
      sizes.disconnect();
      chart.destroy();
    },
  };
}
