import * as fc from 'fast-check';
import { playInterleaving, steps } from './interleaving.ts';
import { openWorld } from './world.ts';

export interface LedgerReport {
  readonly ok: boolean;
  readonly runs: number;
  readonly seed: number;
  readonly ms: number;
  /** Seed, path and the smallest steps that fail; null when all is well. */
  readonly failure: string | null;
}

/** Plays random interleavings until `runs` are done or the time is over; a failure is shrunk within that time. */
export async function checkLedger(options: {
  readonly runs: number;
  readonly seed?: number | undefined;
  readonly limitMs: number;
}): Promise<LedgerReport> {
  const started = performance.now();
  const world = await openWorld();
  let playing: Promise<void> = Promise.resolve();
  try {
    const details = await fc.check(
      fc.asyncProperty(steps, (plan) => (playing = playInterleaving(world, plan))),
      {
        numRuns: options.runs,
        interruptAfterTimeLimit: options.limitMs,
        ...(options.seed === undefined ? {} : { seed: options.seed }),
      },
    );
    return {
      ok: !details.failed,
      runs: details.numRuns,
      seed: details.seed,
      ms: Math.round(performance.now() - started),
      failure: details.failed ? [causeOf(details.errorInstance), fc.defaultReportMessage(details)].join('\n') : null,
    };
  } finally {
    // The time limit leaves the last one behind.
    await playing.catch(() => undefined);
    await world.close();
  }
}

const causeOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
