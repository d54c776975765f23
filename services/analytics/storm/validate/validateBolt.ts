import { z } from 'zod';
import { parseSubject } from '../../../../shared/contracts/index.ts';
import type { Bolt } from '../multilang/bolt.ts';
import { decodeEvent, type KeptReason } from './decodeEvent.ts';

/** Fields of the spout's stream of events. The bytes are in base64: they may be anything, and a tuple is JSON. */
const inputSchema = z.tuple([z.string(), z.base64(), z.number()]);

/** Right events that no rule looks at: a rule over a type that is among them is blind to these. */
export interface Unread {
  readonly why: KeptReason;
  readonly type: string;
  readonly events: number;
}

/**
 * `[subject, data, timeMs]` in; `[type, event, timeMs]` out for what is right, `[subject, reason, detail]` on stream
 * `invalid` for what is refused. Both acknowledge the tuple: a wrong event does not get right by coming again. What is
 * neither is counted and told at the next tick.
 */
export function makeValidateBolt({ tell }: { readonly tell: (unread: readonly Unread[]) => void }): Bolt {
  const counts = new Map<string, Unread>();
  return {
    async process({ tuple }, emit) {
      const [subject, data, timeMs] = inputSchema.parse(tuple);
      const verdict = decodeEvent({ subject, data: Buffer.from(data, 'base64') });
      if (verdict.kind === 'event') emit([verdict.event.type, verdict.event, timeMs]);
      else if (verdict.kind === 'refused') emit([subject, verdict.reason, verdict.detail], 'invalid');
      else {
        const parsed = parseSubject(subject);
        const type = parsed.kind === 'invalid' ? subject : parsed.type;
        const key = JSON.stringify([verdict.why, type]);
        counts.set(key, { why: verdict.why, type, events: (counts.get(key)?.events ?? 0) + 1 });
      }
    },
    async tick() {
      if (counts.size > 0) tell([...counts.values()]);
      counts.clear();
    },
  };
}
