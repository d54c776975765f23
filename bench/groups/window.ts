import { join } from 'node:path';
import { chromium, type Browser } from '@playwright/test';
import { initialSize } from '../../build/initialSize.ts';
import { findBrowser } from '../../e2e/browser.ts';
import { buildWindow } from '../../services/sandbox/demo/window.ts';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { longTranscript } from '../app.ts';
import type { Bench, MetricGroup } from '../context.ts';
import { heapOf, typeInto } from '../page.ts';
import { metricOf, round, type Metric } from '../report.ts';

/** The window as it is built for a release, in a real Chromium through the web host. */
export const windowGroup: MetricGroup = {
  ids: ['app.bundle', 'app.cold_start', 'app.memory_1000', 'app.input_latency'],
  async measure(bench) {
    await buildWindow({ signal: bench.signal, onProgress: bench.say });
    const bundle = await measureBundle();
    const app = await bench.app();
    const { name, executablePath, args } = await findBrowser();
    const browser = await chromium.launch({ executablePath, args });
    const release = bench.lifecycle.own('browser', () => browser.close());
    bench.versions['chromium'] = `${browser.version()} (${name})`;
    try {
      return [
        bundle,
        await measureColdStart(bench, browser, app.windowUrl),
        ...(await measureLongSession(bench, browser, app.windowUrl)),
      ];
    } finally {
      await release();
    }
  },
};

async function measureBundle(): Promise<Metric> {
  const { scriptBytes, styleBytes } = await initialSize(join(repositoryDir, 'out/renderer'));
  return {
    id: 'app.bundle',
    unit: 'kB',
    value: round(scriptBytes / 1_000),
    samples: 1,
    spread: 0,
    detail: `initial JavaScript, gzip; styles ${round(styleBytes / 1_000)} kB more`,
  };
}

async function measureColdStart(bench: Bench, browser: Browser, url: string): Promise<Metric> {
  const times: number[] = [];
  bench.say('app.cold_start');
  for (let n = 0; n < (bench.quick ? 1 : 7); n += 1) {
    bench.signal.throwIfAborted();
    const context = await browser.newContext();
    const page = await context.newPage();
    const started = performance.now();
    await page.goto(url);
    await page.getByTestId('composer').waitFor({ state: 'visible' });
    times.push(performance.now() - started);
    await context.close();
  }
  return metricOf(
    {
      id: 'app.cold_start',
      unit: 'ms',
      detail: 'from the navigation with an empty cache to the visible composer; the browser runs already',
    },
    times,
  );
}

async function measureLongSession(bench: Bench, browser: Browser, url: string): Promise<Metric[]> {
  bench.say('app.memory_1000 and app.input_latency');
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.getByText(longTranscript.title).first().click();
    await page
      .getByText(`number ${longTranscript.count - 2} a little`)
      .first()
      .waitFor({ state: 'visible' });
    const heap = await heapOf(page);
    const delays = await typeInto(page, bench.quick ? 5 : 80);
    return [
      {
        id: 'app.memory_1000',
        unit: 'MB',
        value: round(heap / 1e6),
        samples: 1,
        spread: 0,
        detail: `JavaScript heap after a collection, with a session of ${longTranscript.count} messages open`,
      },
      metricOf(
        {
          id: 'app.input_latency',
          unit: 'ms',
          detail: 'from a key press in the composer to the frame that shows it, in that session',
        },
        delays,
      ),
    ];
  } finally {
    await context.close();
  }
}
