import { join } from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import { z } from 'zod';
import { findBrowser } from '../../e2e/browser.ts';
import { buildWindow } from '../../services/sandbox/demo/window.ts';
import { programEnvironment } from '../../services/sandbox/stack/environment.ts';
import { entries } from '../../services/sandbox/stack/paths.ts';
import { spawnProgram } from '../../services/sandbox/stack/program.ts';
import type { Bench, MetricGroup } from '../context.ts';
import { heapOf, scrollUp, typeInto, type Frames } from '../page.ts';
import { metricOf, round, type Metric } from '../report.ts';
import { writeTranscript } from '../transcript.ts';

/**
 * The window with far more in it than usual: sessions of 1,000 and 10,000 messages and an answer of 500 pieces a second.
 * It has a web host and a stand-in of the model of its own, and no servers: they are not what is measured.
 */
export const longWindowGroup: MetricGroup = {
  ids: ['window.first_paint', 'window.memory.1000', 'window.memory.10000', 'window.scroll', 'window.input'],
  async measure(bench) {
    await buildWindow({ signal: bench.signal, onProgress: bench.say });
    const host = await openHost(bench);
    const { executablePath, args } = await findBrowser();
    const browser = await chromium.launch({ executablePath, args });
    const release = bench.lifecycle.own('browser', () => browser.close());
    try {
      const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
      await page.goto(host.url);
      return [
        await measureFirstPaint(bench, browser, host.url),
        await measureMemory(bench, page, short),
        await measureInput(bench, page, host.play),
        await measureMemory(bench, page, long),
        await measureScroll(bench, browser, page),
      ];
    } finally {
      await release();
    }
  },
};

const short = { title: 'A thousand messages', count: 1_000 } as const;
const long = { title: 'Ten thousand messages', count: 10_000 } as const;
/** 500 pieces a second. */
const deltaMs = 2;

const modelLine = z.looseObject({ url: z.url(), key: z.string() });
const hostLine = z.looseObject({ url: z.url() });

async function openHost(bench: Bench): Promise<{ url: string; play: (count: number) => Promise<void> }> {
  const { lifecycle, logger, signal } = bench;
  const stack = await bench.stack();
  const start = async (name: string, programArgs: string[], env: Readonly<Record<string, string>>) => {
    const program = await spawnProgram(
      {
        name,
        args: programArgs,
        readyTimeoutMs: 30_000,
        children: stack.children,
        logDir: stack.logDir,
        env: programEnvironment(env),
      },
      signal,
    );
    lifecycle.own(name, () => program.stop());
    return program.ready;
  };
  const model = modelLine.parse(
    await start('window-model', [entries.realtime, '--control', '--delta-ms', String(deltaMs)], {}),
  );
  const dataDir = join(bench.dir, 'window');
  writeTranscript({ dataDir, ...short, logger });
  writeTranscript({ dataDir, ...long, logger });
  const ready = await start('window-host', [entries.web, '--json'], {
    SPARK_REALTIME_URL: model.url,
    OPENAI_REALTIME_API_KEY: model.key,
    SPARK_SIMULATED: 'model',
    SPARK_DATA_DIR: dataDir,
    SPARK_WEB_PORT: '0',
  });
  return {
    url: hostLine.parse(ready).url,
    async play(count) {
      const deltas = Array.from({ length: count }, (_, n) => (n % 40 === 39 ? '.\n\n' : ` word${n % 7}`));
      const body = JSON.stringify([[{ kind: 'text', text: deltas.join(''), deltas }]]);
      const answer = await fetch(new URL('/sim/play', model.url.replace(/^ws/, 'http')), { method: 'POST', body });
      if (!answer.ok) throw new Error(`The stand-in refused the answer to play: ${await answer.text()}`);
    },
  };
}

async function openSession(page: Page, { title, count }: { readonly title: string; readonly count: number }) {
  await page.getByRole('navigation', { name: 'Sessions' }).getByText(title).click();
  await page
    .getByText(`number ${count - 2} a little`)
    .first()
    .waitFor({ state: 'visible' });
}

async function measureFirstPaint(bench: Bench, browser: Browser, url: string): Promise<Metric> {
  bench.say('window.first_paint');
  const times: number[] = [];
  for (let n = 0; n < (bench.quick ? 1 : 9); n += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(url);
    await page.getByTestId('composer').waitFor({ state: 'visible' });
    const entry = `performance.getEntriesByName('first-contentful-paint')[0]`;
    await page.waitForFunction(entry);
    times.push(await page.evaluate<number>(`${entry}.startTime`));
    await context.close();
  }
  return metricOf(
    { id: 'window.first_paint', unit: 'ms', detail: "the browser's first contentful paint, cache empty" },
    times,
  );
}

async function measureMemory(bench: Bench, page: Page, session: typeof short | typeof long): Promise<Metric> {
  bench.say(`window.memory.${session.count}`);
  await openSession(page, session);
  return {
    id: `window.memory.${session.count}`,
    unit: 'MB',
    value: round((await heapOf(page)) / 1e6),
    samples: 1,
    spread: 0,
    detail: `JavaScript heap after a collection, with a session of ${session.count} messages open`,
  };
}

async function measureInput(bench: Bench, page: Page, play: (count: number) => Promise<void>): Promise<Metric> {
  bench.say('window.input');
  const keys = bench.quick ? 20 : 300;
  // Longer than the typing takes; what is left is stopped.
  await play(bench.quick ? 3_000 : 30_000);
  await page.getByTestId('composer').fill('hello');
  await page.keyboard.press('Enter');
  await page.getByText('word6 word0').first().waitFor({ state: 'visible' });
  const streamed = (): Promise<number> =>
    page.evaluate<number>(`document.querySelector('[aria-busy="true"]')?.textContent.length ?? 0`);
  const before = await streamed();
  const started = performance.now();
  const delays = await typeInto(page, keys);
  const rate = (await streamed()) - before;
  const seconds = (performance.now() - started) / 1_000;
  await page.keyboard.press('Escape');
  await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
  if (rate <= 0) throw new Error('Nothing was streamed while the keys were pressed.');
  return metricOf(
    {
      id: 'window.input',
      unit: 'ms',
      detail: `from a key press in the composer to the frame that shows it; ${Math.round(rate / 6 / seconds)} pieces of six characters were shown a second meanwhile, in a session of 1000 messages`,
    },
    delays,
  );
}

const speed = 4_000;
const staticPage = `<div style="height:700px;overflow:auto">${Array.from({ length: 10_000 }, (_, n) => `<p style="height:40px;contain:strict">line ${n}</p>`).join('')}</div>`;

async function measureScroll(bench: Bench, browser: Browser, page: Page): Promise<Metric> {
  bench.say('window.scroll');
  const rounds = bench.quick ? 1 : 5;
  const gesture = { x: 500, y: 400, speed, distance: bench.quick ? speed : speed * 8 };
  const plain = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
  await plain.setContent(staticPage);
  const ours: Frames[] = [];
  const bare: Frames[] = [];
  for (let n = 0; n < rounds; n += 1) {
    bench.signal.throwIfAborted();
    await plain.bringToFront();
    await plain.evaluate(`document.querySelector('div').scrollTop = 1e9`);
    bare.push(await scrollUp(browser, plain, gesture));
    await page.bringToFront();
    // Further up each time: rows that were not seen before.
    ours.push(await scrollUp(browser, page, gesture));
  }
  await plain.close();
  const share = ({ drawn, dropped }: Frames): number => (dropped / Math.max(1, drawn + dropped)) * 1_000;
  const drawn = ours.reduce((sum, frames) => sum + frames.drawn, 0);
  return metricOf(
    {
      id: 'window.scroll',
      unit: 'frames',
      detail: `dropped of every 1,000 while a wheel scrolls through 10,000 messages at ${speed} px/s (${drawn} drawn); bare: a static page of 10,000 lines`,
    },
    ours.map(share),
    bare.map(share),
  );
}
