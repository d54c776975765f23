import type { Browser, Page } from '@playwright/test';
import { z } from 'zod';

/** What is measured of a page: heap, keys, frames. */

/** Bytes of JavaScript heap after a collection. */
export async function heapOf(page: Page): Promise<number> {
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

/** Types into the composer; milliseconds from each key press to the frame that shows it. */
export async function typeInto(page: Page, count: number): Promise<number[]> {
  await page.getByTestId('composer').click();
  await page.evaluate(watchKeys);
  for (let n = 0; n < count; n += 1) await page.keyboard.press(n % 6 === 5 ? 'Space' : 'a');
  await page.waitForFunction(`window.benchDelays.length >= ${count}`);
  return await page.evaluate<number[]>('window.benchDelays');
}

/** Its name differs between versions of Chromium. */
const reporter = z.looseObject({ state: z.string() }).optional();
const traceSchema = z.object({
  traceEvents: z.array(
    z.looseObject({
      name: z.string(),
      args: z.looseObject({ frame_reporter: reporter, chrome_frame_reporter: reporter }).optional(),
    }),
  ),
});

export interface Frames {
  readonly drawn: number;
  readonly dropped: number;
}

/** Scrolls up by a wheel's gesture at `speed` pixels a second and counts frames as the browser's own trace has them. */
export async function scrollUp(
  browser: Browser,
  page: Page,
  gesture: { readonly x: number; readonly y: number; readonly speed: number; readonly distance: number },
): Promise<Frames> {
  const { x, y, speed, distance } = gesture;
  const devtools = await page.context().newCDPSession(page);
  await browser.startTracing(page, { categories: ['cc,benchmark'] });
  await devtools.send('Input.synthesizeScrollGesture', {
    x,
    y,
    yDistance: distance,
    speed,
    gestureSourceType: 'mouse',
    preventFling: true,
  });
  const { traceEvents } = traceSchema.parse(JSON.parse((await browser.stopTracing()).toString()));
  const states = traceEvents.flatMap(({ name, args }) =>
    name === 'PipelineReporter' ? ((args?.chrome_frame_reporter ?? args?.frame_reporter)?.state ?? []) : [],
  );
  const count = (state: string): number => states.filter((one) => one === state).length;
  const frames = { drawn: count('STATE_PRESENTED_ALL'), dropped: count('STATE_DROPPED') };
  if (frames.drawn === 0) throw new Error("The browser's trace names no frame that was drawn.");
  return frames;
}
