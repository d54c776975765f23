import { z } from 'zod';
import { sessionIdSchema } from '../../ids.ts';

/** A route that changes nothing. */
export const query = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) =>
  ({ kind: 'query', input, output }) as const;
/** A route that may change something. */
export const command = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) =>
  ({ kind: 'command', input, output }) as const;

export const nothing = z.strictObject({});
export const ofSession = z.strictObject({ sessionId: sessionIdSchema });
export const ofMessage = ofSession.extend({ messageId: z.string().min(1).max(128) });
