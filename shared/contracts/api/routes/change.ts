import { z } from 'zod';
import { effectSchema } from '../../events.ts';
import { callIdSchema, timestampSchema, uuidSchema } from '../../ids.ts';
import { policyRuleSchema } from '../../settings.ts';
import { callViewSchema, changeViewSchema, undoConflictSchema } from '../views.ts';
import { command, nothing, ofSession, query } from './define.ts';

/** What the developer answers to an approval card. */
const decisionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('approve'),
    /** The text as the developer edited it; absent means as proposed. Writes only. */
    editedContents: z.string().max(1_000_000).optional(),
    /** Files of a change to several, as the developer edited them; the others are as proposed. */
    editedFiles: z
      .array(z.strictObject({ path: z.string(), contents: z.string().max(1_000_000) }))
      .max(500)
      .optional(),
    /** "Always here": remember this effect under the proposal's folder. */
    remember: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('deny'), reason: z.string().max(2_000).default('') }),
]);
export type Decision = z.infer<typeof decisionSchema>;

/** What the developer decides on, and what became of it. */
export const changeRoutes = {
  'approval.decide': command(
    ofSession.extend({ callId: callIdSchema, decision: decisionSchema }),
    z.object({ call: callViewSchema }),
  ),
  'call.cancel': command(ofSession.extend({ callId: callIdSchema }), z.object({ call: callViewSchema })),
  'change.read': query(
    z.strictObject({ changeId: uuidSchema }),
    z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
  ),
  /** Takes one change back, at any age, without losing what was written since. */
  'change.undo': command(
    z.strictObject({ changeId: uuidSchema }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('undone'), change: changeViewSchema }),
      z.object({ kind: z.literal('nothing_to_do'), why: z.string() }),
      z.object({ kind: z.literal('conflict'), conflict: undoConflictSchema }),
    ]),
  ),
  /** Back to the state before that change: newest first; stops at the first conflict. `changes` are the undos made. */
  'change.undo_to': command(
    ofSession.extend({ changeId: uuidSchema }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('undone'), changes: z.array(changeViewSchema) }),
      z.object({ kind: z.literal('nothing_to_do'), why: z.string() }),
      z.object({
        kind: z.literal('conflict'),
        changes: z.array(changeViewSchema),
        /** Changes that are not undone yet, the one in conflict among them. */
        remaining: z.int(),
        conflict: undoConflictSchema,
      }),
    ]),
  ),
  /** The seed's step 8: which of these changes have their row, read from the replica when it is fresh enough. */
  'change.list_stored': query(
    ofSession.extend({ changeIds: z.array(uuidSchema).max(500) }),
    z.object({
      stored: z.array(z.object({ changeId: uuidSchema, recordedAt: timestampSchema.nullable() })),
      /** `none`: no database is configured or reachable; nothing is known. */
      source: z.enum(['replica', 'primary', 'none']),
    }),
  ),
  'policy.list': query(nothing, z.object({ rules: z.array(policyRuleSchema) })),
  'policy.revoke': command(z.strictObject({ ruleId: uuidSchema }), z.object({ revoked: z.boolean() })),
  'policy.remember': command(
    z.strictObject({ effect: effectSchema, folder: z.string().max(512) }),
    z.object({ rule: policyRuleSchema }),
  ),
} as const;
