import type { CallAnswer, Stop, TurnSettings } from './types.ts';

/** How often the model may try a function again whose arguments did not fit. */
export const maxArgumentRetries = 2;

/** What one turn may do, counted. A limit that is reached stops the turn; the developer may let it go on. */
export interface TurnLimits {
  /** Before calls are run: why these may not run; null when they may. */
  readonly admit: (count: number) => Stop | null;
  readonly count: (name: string, failure: CallAnswer['failure']) => void;
  /** A response that asked for nothing but calls that were answered before. */
  readonly countRepeat: () => void;
  /** After calls were answered: why the model is not asked again; null when it is. */
  readonly reached: () => Stop | null;
}

export function makeTurnLimits(settings: TurnSettings): TurnLimits {
  const { maxCalls, maxFailuresInRow } = settings;
  const misfits = new Map<string, number>();
  let calls = 0;
  let failures = 0;

  return {
    admit(count) {
      calls += count;
      if (calls <= maxCalls) return null;
      return {
        code: 'rate_limited',
        message: `This turn reached its limit of ${maxCalls} function calls, so I stopped. Everything done so far is kept. Tell me to go on if this is what you want, or raise the limit in the settings.`,
        may: ['continue'],
      };
    },
    count(name, failure) {
      if (failure === 'arguments') misfits.set(name, (misfits.get(name) ?? 0) + 1);
      if (failure === null) failures = 0;
      else if (failure !== 'cancelled') failures += 1;
    },
    countRepeat() {
      failures += 1;
    },
    reached() {
      for (const [name, count] of misfits) {
        if (count <= maxArgumentRetries) continue;
        return {
          code: 'invalid_input',
          message: `I called ${name} ${count} times with arguments that it does not take, so I stopped. Nothing was done by these calls. Say it in other words, or tell me to try again.`,
          may: ['retry'],
        };
      }
      if (failures < maxFailuresInRow) return null;
      return {
        code: 'rate_limited',
        message: `${failures} function calls in a row did not succeed, so I stopped. What was done before is kept. Look at the last errors, then tell me to go on or what to do differently.`,
        may: ['continue', 'retry'],
      };
    },
  };
}
