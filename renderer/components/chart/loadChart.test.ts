import { afterEach, expect, it, vi } from 'vitest';
import { loadChart } from './loadChart.ts';

afterEach(() => void vi.unstubAllGlobals());

/** As uPlot does while it loads. */
const load = async (): Promise<string> => new Intl.NumberFormat(navigator.language).resolvedOptions().locale;

it('charts load where the language of the system is no language', async () => {
  vi.stubGlobal('navigator', { language: 'en-US@posix' });
  expect(await loadChart(load)).toBe('en');
});

it('a language that browsers know stays', async () => {
  vi.stubGlobal('navigator', { language: 'de-AT' });
  expect(await loadChart(load)).toBe('de-AT');
});
