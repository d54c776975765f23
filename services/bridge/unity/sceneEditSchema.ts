import { z } from 'zod';
import type { SceneEdit, ScenePlan } from './sceneTypes.ts';

/** A scene change as the journal kept it, whichever version of SPARK wrote it. */
const values = z.record(z.string(), z.unknown());
const numbers = z.array(z.number());
const request = z.object({
  name: z.string(),
  parent: z.string().optional(),
  primitive: z.string().optional(),
  tag: z.string().optional(),
  position: numbers.optional(),
  rotation: numbers.optional(),
  scale: numbers.optional(),
  components: z.array(z.object({ type: z.string(), properties: values.optional() })),
});
const place = { path: z.string() };
const made = z.object({ components: z.array(z.string()), children: z.int(), position: numbers.nullable() });
const ofComponent = { ...place, component: z.string(), properties: values };
const storedEdit = z.object({
  scene: z.string(),
  edit: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('create'), ...place, request, made: made.nullable() }),
    z.object({ kind: z.literal('delete'), ...place, request }),
    z.object({ kind: z.literal('add'), ...ofComponent, added: z.array(z.string()).nullable() }),
    z.object({ kind: z.literal('remove'), ...ofComponent, added: z.array(z.string()) }),
    z.object({ kind: z.literal('set'), ...place, component: z.string(), before: values, after: values }),
  ]),
});

/** Throws ZodError when the journal holds something else: a bug, not a state. */
export function parseStoredEdit(stored: unknown): { readonly scene: string; readonly edit: SceneEdit } {
  return storedEdit.parse(stored);
}

const storedPlan = storedEdit.extend({
  subject: z.string(),
  steps: z.array(z.string()),
  before: z.string(),
  after: z.string(),
  warnings: z.array(z.string()),
});

/** The same for a whole plan. */
export const parseStoredPlan = (stored: unknown): ScenePlan => storedPlan.parse(stored);
export const parseEdit = (stored: unknown): SceneEdit => storedEdit.shape.edit.parse(stored);
