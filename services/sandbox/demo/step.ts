import { AppError, toAppError } from '../../../shared/errors/index.ts';
import { waitMs } from '../../../shared/node/lifecycle/index.ts';

/** The demo's steps, in order; the first eight are the seed document's. */
export const stepIds = [
  'user_input',
  'function_call',
  'unity_mcp',
  'persistence',
  'nats_event',
  'consumer',
  'rollups',
  'ui_update',
  'preview',
  'build',
] as const;
export type StepId = (typeof stepIds)[number];

/** One line of the demo's table: what was read back, from which real store. */
export interface StepReport {
  readonly id: StepId;
  readonly name: string;
  readonly ok: boolean;
  readonly evidence: string;
  readonly ms: number;
  readonly error?: string;
}

export interface Step {
  readonly id: StepId;
  readonly name: string;
  /** How long the evidence may take to appear. */
  readonly limitMs: number;
  /** What a person does when this step fails. */
  readonly advice: string;
  /** Returns the evidence in words; throws when it could not be read back. */
  readonly play: (signal: AbortSignal) => Promise<string>;
}

/** Plays one step under its limit. Never throws: a failure is a report with the reason and the advice. */
export async function playStep(step: Step, signal: AbortSignal): Promise<StepReport> {
  const started = performance.now();
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new AppError('timeout', `nothing after ${step.limitMs / 1000} s`)),
    step.limitMs,
  );
  const report = (rest: Pick<StepReport, 'ok' | 'evidence' | 'error'>): StepReport => ({
    id: step.id,
    name: step.name,
    ...rest,
    ms: Math.round(performance.now() - started),
  });
  try {
    const stepSignal = AbortSignal.any([signal, limit.signal]);
    const evidence = await Promise.race([step.play(stepSignal), rejectOn(stepSignal)]);
    return report({ ok: true, evidence });
  } catch (error) {
    return report({ ok: false, evidence: '', error: `${toAppError(error).message} → ${step.advice}` });
  } finally {
    clearTimeout(timer);
  }
}

/** A step that is told to end says what it was waiting for; one that does not end at once is left. */
const graceMs = 2_000;
const rejectOn = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const end = (): void => void setTimeout(() => reject(toAppError(signal.reason)), graceMs).unref();
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });

/** Asks `read` until it finds something; what keeps it from succeeding becomes the error when the step's time is over. */
export async function eventually<T>(
  what: string,
  read: () => Promise<T | null | undefined>,
  signal: AbortSignal,
): Promise<T> {
  let last = 'it is not there';
  while (!signal.aborted) {
    try {
      const found = await read();
      if (found !== null && found !== undefined) return found;
      last = 'it is not there';
    } catch (error) {
      last = toAppError(error).message;
    }
    await waitMs(50, signal);
  }
  throw new AppError('timeout', `${what} could not be read back: ${last}`);
}

/** What an earlier step must have found. */
export function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new AppError('invariant', `an earlier step found no ${what}`);
  return value;
}
