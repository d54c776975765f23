import { z } from 'zod';
import { uuidSchema } from '../ids.ts';

/** Objects and components of the open scene. */

const vector = z.tuple([z.number(), z.number(), z.number()]);
const componentType = z
  .string()
  .regex(/^[A-Za-z_][\w.]*$/)
  .max(256)
  .describe('Component or script class, e.g. Rigidbody or PlayerController');
const componentValues = z
  .record(z.string().max(128), z.unknown())
  .describe('Values by property name, e.g. {"mass": 2}; a vector is a list of three numbers');
const objectName = z
  .string()
  .regex(/^[^/\\]+$/)
  .max(128);
export const createUnityObjectArgs = z.object({
  name: objectName,
  parent: z.string().max(512).optional().describe('Path or name of the parent object; none: root of the scene'),
  primitive: z.enum(['Cube', 'Sphere', 'Capsule', 'Cylinder', 'Plane', 'Quad']).optional(),
  tag: z.string().max(128).optional(),
  position: vector.optional(),
  rotation: vector.optional().describe('Euler angles in degrees'),
  scale: vector.optional(),
  components: z
    .array(z.object({ type: componentType, properties: componentValues.optional() }))
    .max(10)
    .default([]),
  reason: z.string().max(2_000).optional().describe('One sentence: why'),
});
export const setUnityComponentArgs = z.object({
  target: z.string().min(1).max(512).describe('Path (Level/Crate) or unique name of an object in the open scene'),
  component: componentType,
  properties: componentValues.default({}),
  reason: z.string().max(2_000).optional().describe('One sentence: why'),
});
export const listUnitySceneArgs = z.object({
  root: z.string().max(512).optional().describe('Only what is under this object'),
  limit: z.int().min(1).max(500).default(200),
});
const sceneResult = z.object({
  success: z.literal(true),
  scene: z.string(),
  path: z.string(),
  changeId: uuidSchema,
  components: z.array(z.string()),
});
export const createUnityObjectResult = sceneResult;
export const setUnityComponentResult = sceneResult;
export const listUnitySceneResult = z.object({
  scene: z.string(),
  objects: z.array(
    z.object({
      path: z.string(),
      components: z.array(z.string()),
      active: z.literal(false).optional(),
      children: z.int().optional(),
    }),
  ),
  /** What is not in the list and how to get it. */
  cut: z.string().optional(),
});
