import { ok, warning, type Finding } from './report.ts';

const toleratedMs = 2_000;

/**
 * Compares a server's clock with this machine's. The answer was made at some moment between asking and receiving: a slow
 * answer is no wrong clock.
 */
export async function compareClock(
  server: string,
  ask: () => Promise<number | null>,
  now: () => number = Date.now,
): Promise<Finding> {
  const askedMs = now();
  const serverMs = await ask();
  const answeredMs = now();
  if (serverMs === null) {
    return warning(
      `${server} does not tell its clock (no stream yet, or a server older than 2.10)`,
      'Compare the clocks by hand, or check again after the setup.',
    );
  }
  const beyondMs = serverMs > answeredMs ? serverMs - answeredMs : Math.min(0, serverMs - askedMs);
  const seconds = (Math.abs(beyondMs) / 1_000).toFixed(1);
  if (Math.abs(beyondMs) <= toleratedMs) return ok(`no more than ${toleratedMs / 1_000} s apart`);
  return warning(
    `${server}'s clock is ${seconds} s ${beyondMs > 0 ? 'ahead of' : 'behind'} this machine's`,
    'Synchronise both clocks (NTP): event times more than 24 h ahead become dead letters, and figures count by day.',
  );
}
