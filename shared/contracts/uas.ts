import { z } from 'zod';

/**
 * Universal Asset Schema: what `unityDeconstructAsset` returns for a prefab, a scene or any other asset. Versions only
 * add: 1.1 added properties, references, tags, scripts and facts to 1.0, and a reader of 1.1 reads both.
 */
export const uasVersion = '1.1';
export const uasVersions = ['1.0', '1.1'] as const;

const vector3 = z.tuple([z.number(), z.number(), z.number()]);

/** A serialised value. A reference to another asset is an object with `guid`, and `path` where it is known. */
export type UasValue = string | number | boolean | null | UasValue[] | { [key: string]: UasValue };
export const uasValueSchema: z.ZodType<UasValue> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(uasValueSchema),
    z.record(z.string(), uasValueSchema),
  ]),
);

const uasComponentSchema = z.object({
  /** Class name: `Rigidbody`, `PlayerController`; `missing script` where the script is gone. */
  type: z.string(),
  enabled: z.boolean().optional(),
  /** The script of a MonoBehaviour. */
  scriptPath: z.string().optional(),
  /** Serialised fields by Unity's own names, where they could be read. */
  properties: z.record(z.string(), uasValueSchema).optional(),
});
export type UasComponent = z.infer<typeof uasComponentSchema>;

export interface UasNode {
  /** Stable within one document: the index path from the root, e.g. `0/2/1`. */
  id: string;
  /** Unity's own id of the object in its file; it stays when the object moves. Where it could be read. */
  fileId?: string | undefined;
  name: string;
  active: boolean;
  tag?: string | undefined;
  layer?: number | undefined;
  components: UasComponent[];
  /** Relative to the parent; rotation in Euler degrees. */
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
    fileId: z.string().optional(),
    name: z.string(),
    active: z.boolean(),
    tag: z.string().optional(),
    layer: z.number().optional(),
    components: z.array(uasComponentSchema),
    transform: z.object({ position: vector3, rotation: vector3, scale: vector3 }).optional(),
    prefabPath: z.string().optional(),
    children: z.array(uasNodeSchema),
  }),
);

/** A type that a script declares, with what Unity would serialise of it. */
export const uasTypeSchema = z.object({
  name: z.string(),
  kind: z.enum(['class', 'struct', 'interface', 'enum', 'record']),
  namespace: z.string().optional(),
  bases: z.array(z.string()),
  fields: z.array(z.object({ name: z.string(), type: z.string(), initial: z.string().optional() })),
});
export type UasType = z.infer<typeof uasTypeSchema>;

export const uasSchema = z.object({
  uasVersion: z.enum(uasVersions),
  asset: z.object({ path: z.string(), guid: z.string().optional(), type: z.string(), name: z.string() }),
  hierarchy: z.array(uasNodeSchema),
  /** Of an asset that is no hierarchy: a material's shader and values, a texture's size, a clip's curves. */
  properties: z.record(z.string(), uasValueSchema).optional(),
  /** Of a script. */
  types: z.array(uasTypeSchema).optional(),
  dependencies: z.array(z.object({ path: z.string(), guid: z.string().optional() })).optional(),
  /** What could not be read, and why; empty when all was. */
  unreadable: z.array(z.object({ what: z.string(), why: z.string() })),
});
export type Uas = z.infer<typeof uasSchema>;
