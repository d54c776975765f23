import { z } from 'zod';

/**
 * Faults for tests, off by default. A command fault waits for the next matching command (`command` is the plugin's
 * name, `action` its action; both optional) and is used up after `times` matches (default 1).
 */
export const faultSchema = z.strictObject({
  /**
   * drop_before_write: the socket drops, the command is not carried out; drop_after_write: carried out, then the socket
   * drops; domain_reload: carried out, then a domain reload without a reply; delay: carried out `ms` later;
   * late_write: never answered, carried out `ms` later; no_answer: never answered, not carried out;
   * error: the plugin answers `{status:"error", error}`.
   */
  kind: z.enum(['drop_before_write', 'drop_after_write', 'domain_reload', 'delay', 'late_write', 'no_answer', 'error']),
  command: z.string().optional(),
  action: z.string().optional(),
  times: z.int().min(1).default(1),
  /** Wait in milliseconds: of the delay, or until a dropped socket is back. */
  ms: z.int().min(0).max(600_000).default(200),
  /** Text of an `error` fault. */
  error: z.string().default('Unity threw an exception'),
});
export type Fault = z.input<typeof faultSchema>;
export type ArmedFault = z.output<typeof faultSchema>;

export interface FaultSwitches {
  readonly add: (fault: Fault) => void;
  readonly clear: () => void;
  readonly list: () => readonly ArmedFault[];
  /** The fault for this command, counted down; undefined when none matches. */
  readonly take: (command: string, action: string) => ArmedFault | undefined;
}

export function makeFaultSwitches(initial: readonly Fault[] = []): FaultSwitches {
  let armed: ArmedFault[] = initial.map((fault) => faultSchema.parse(fault));
  return {
    add: (fault) => void armed.push(faultSchema.parse(fault)),
    clear: () => {
      armed = [];
    },
    list: () => armed,
    take(command, action) {
      const match = armed.find(
        (fault) => (fault.command ?? command) === command && (fault.action ?? action) === action,
      );
      if (match === undefined) return undefined;
      armed = armed.flatMap((fault) => {
        if (fault !== match) return [fault];
        return fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
      });
      return match;
    },
  };
}
