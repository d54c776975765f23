import { z } from 'zod';
import { uuidSchema } from '../../ids.ts';
import {
  maxProjectRulesChars,
  projectRulesSchema,
  projectRulesVersionSchema,
  promptNameSchema,
  promptTextSchema,
  savedPromptSchema,
} from '../../projectTexts.ts';
import { command, ofSession, query } from './define.ts';

/** The developer's own texts. */
export const projectRoutes = {
  /** The rules of the session's project, and what the model is told of them. */
  'rules.get': query(ofSession, projectRulesSchema),
  /** Newest first, 50 at most. */
  'rules.history': query(ofSession, z.object({ versions: z.array(projectRulesVersionSchema) })),
  /** A new version; open sessions of the project are told at once. `onVersion` is the one that was changed. */
  'rules.set': command(
    ofSession.extend({ text: z.string().trim().max(maxProjectRulesChars), onVersion: z.int().nonnegative() }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('saved'), rules: projectRulesSchema }),
      /** Another window was first: nothing was kept. */
      z.object({ kind: z.literal('changed_meanwhile'), rules: projectRulesSchema }),
    ]),
  ),
  /** Prompts of every project and of the session's own. */
  'prompt.list': query(ofSession, z.object({ prompts: z.array(savedPromptSchema) })),
  /** Adds a prompt, or replaces the one with that id. */
  'prompt.save': command(
    ofSession.extend({
      promptId: uuidSchema.optional(),
      name: promptNameSchema,
      text: promptTextSchema,
      /** Offered in every project, not only in the session's. */
      everywhere: z.boolean(),
    }),
    z.object({ prompt: savedPromptSchema }),
  ),
  'prompt.delete': command(z.strictObject({ promptId: uuidSchema }), z.object({ deleted: z.boolean() })),
} as const;
