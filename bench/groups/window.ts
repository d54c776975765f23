import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium, type Browser, type Page } from '@playwright/test';
import { findBrowser } from '../../e2e/browser.ts';
import { buildWindow } from '../../services/sandbox/demo/window.ts';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { longTranscript } from '../app.ts';
import type { Bench, MetricGroup } from '../context.ts';
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

/** What index.html loads before anything is clicked. */
async function measureBundle(): Promise<Metric> {
  const root = join(repositoryDir, 'out/renderer');
  const html = await readFile(join(root, 'index.html'), 'utf8');
  const files = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].flatMap(([, file]) => file ?? []);
  const sizeOf = async (ending: string): Promise<number> => {
    const contents = await Promise.all(
      files.filter((file) => file.endsWith(ending)).map((file) => readFile(join(root, file))),
    );
    return contents.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0) / 1_000;
  };
  const value = round(await sizeOf('.js'));
  const css = round(await sizeOf('.css'));
  return {
    id: 'app.bundle',
    unit: 'kB',
    value,
    samples: 1,
    spread: 0,
    detail: `initial JavaScript, gzip; styles ${css} kB more`,
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

async function heapOf(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0;
}

/** After the key's frame was drawn, a message is handled: that is as near to "shown" as a page can see. */
const watchKeys = `
  window.benchDelays = [];
  addEventListener('keydown', (event) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => window.benchDelays.push(performance.now() - event.timeStamp);
    port2.postMessage(null);
  }), true);`;

async function typeInto(page: Page, count: number): Promise<number[]> {
  await page.getByTestId('composer').click();
  await page.evaluate(watchKeys);
  for (let n = 0; n < count; n += 1) await page.keyboard.press(n % 6 === 5 ? 'Space' : 'a');
  await page.waitForFunction(`window.benchDelays.length >= ${count}`);
  return await page.evaluate<number[]>('window.benchDelays');
}
