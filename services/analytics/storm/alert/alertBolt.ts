import { z } from 'zod';
import { eventSchemas, isEventType, type Alert, type SparkEvent } from '../../../../shared/contracts/index.ts';
import type { Engine } from '../alerts/engine.ts';
import { observationOf } from '../alerts/observation.ts';
import { looksStream, lookSchema } from '../spout/look.ts';
import type { Bolt } from '../multilang/bolt.ts';
import { makeSeen } from './seen.ts';

export interface AlertBoltParts {
  readonly engine: Engine;
  /** Rejects while it cannot be told; the alert is then told at a later tick. */
  readonly tell: (alert: Alert) => Promise<void>;
  readonly nowMs: () => number;
  /** Before the first tuple: what another bolt knew before this one. */
  readonly recall?: (memory: Memory) => Promise<void>;
}

/** What was judged before. Nothing is told of it before the first tick. */
export interface Memory {
  /** An event is taken in once, however often it comes. */
  readonly remember: (event: SparkEvent, timeMs: number) => void;
  readonly restore: (open: readonly Alert[]) => void;
}

const eventSchema = z.tuple([z.string().refine(isEventType), z.unknown(), z.number()]);
const looksSchema = z.tuple([lookSchema]);
/** More than Storm has under way and the stream's window of duplicates brings again. */
const remembered = 50_000;

/**
 * Rules over events (`[type, event, timeMs]`) and looks at streams. An event that comes again, redelivered by Storm or
 * JetStream, counts once. Alerts are told in their order; what cannot be told waits and is not lost while the bolt runs.
 */
export function makeAlertBolt({ engine, tell, nowMs, recall }: AlertBoltParts): Bolt {
  const seen = makeSeen(remembered);
  let untold: readonly Alert[] = [];

  async function tellAll(): Promise<void> {
    for (let first = untold[0]; first !== undefined; first = untold[0]) {
      await tell(first);
      untold = untold.slice(1);
    }
  }
  /** The tuple is counted: it must not fail and come again because an alert cannot be told now. */
  async function take(alerts: readonly Alert[]): Promise<void> {
    untold = [...untold, ...alerts];
    await tellAll().catch(() => undefined);
  }

  const memory: Memory = {
    remember(event, timeMs) {
      const observation = observationOf(event, timeMs);
      if (observation !== null && seen.isNew(event.eventId)) engine.remember(observation);
    },
    restore(open) {
      untold = [...untold, ...engine.restore(open, nowMs())];
    },
  };

  return {
    open: async () => recall?.(memory),
    async process({ tuple, stream }) {
      if (stream === looksStream) {
        await take(engine.observe(looksSchema.parse(tuple)[0]));
        return;
      }
      const [type, value, timeMs] = eventSchema.parse(tuple);
      const event = eventSchemas[type].parse(value);
      const observation = observationOf(event, timeMs);
      if (observation !== null && seen.isNew(event.eventId)) await take(engine.observe(observation));
    },
    /** Rejects when alerts wait and cannot be told: Storm shows the error, the next tick tries again. */
    async tick() {
      untold = [...untold, ...engine.tick(nowMs())];
      await tellAll();
    },
  };
}
