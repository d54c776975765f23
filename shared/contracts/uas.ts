import { z } from 'zod';

/** Universal Asset Schema: what `unityDeconstructAsset` returns for a prefab, a scene or any other asset. */
export const uasVersion = '1.0';

const vector3 = z.tuple([z.number(), z.number(), z.number()]);

export interface UasNode {
  /** Stable within one document: the index path from the root, e.g. `0/2/1`. */
  id: string;
  name: string;
  active: boolean;
  components: { type: string }[];
  transform?:
    | { position: [number, number, number]; rotation: [number, number, number]; scale: [number, number, number] }
    | undefined;
  /** Set on the root of a nested prefab. */
  prefabPath?: string | undefined;
  children: UasNode[];
}

export const uasNodeSchema: z.ZodType<UasNode> = z.lazy(() =>
  z.object({
    id: z.string(),
    name: z.string(),
    active: z.boolean(),
    components: z.array(z.object({ type: z.string() })),
    transform: z.object({ position: vector3, rotation: vector3, scale: vector3 }).optional(),
    prefabPath: z.string().optional(),
    children: z.array(uasNodeSchema),
  }),
);

export const uasSchema = z.object({
  uasVersion: z.literal(uasVersion),
  asset: z.object({ path: z.string(), guid: z.string().optional(), type: z.string(), name: z.string() }),
  hierarchy: z.array(uasNodeSchema),
  dependencies: z.array(z.object({ path: z.string(), guid: z.string().optional() })).optional(),
  /** What could not be read, and why; empty when all was. */
  unreadable: z.array(z.object({ what: z.string(), why: z.string() })),
});
export type Uas = z.infer<typeof uasSchema>;
