import { z } from 'zod';
import { AppError } from '../../../shared/errors/index.ts';
import type { UnityCalls } from './calls.ts';
import type { SceneObject, Values } from './sceneTypes.ts';

/** The open scene as Unity lists it: one level per call, found again by path because instance ids end with a reload. */
export interface SceneReads {
  readonly activeScene: (signal: AbortSignal) => Promise<string>;
  /** Breadth first under `root` (the whole scene without one). */
  readonly walk: (
    root: string | null,
    limit: number,
    signal: AbortSignal,
  ) => Promise<{ objects: SceneObject[]; more: boolean }>;
  /** By path, or by a name that only one object has. Null when there is none; rejects when it is ambiguous. */
  readonly find: (target: string, signal: AbortSignal) => Promise<SceneObject | null>;
  /** Property values of one component, as far as Unity serialises them. */
  readonly properties: (object: SceneObject, component: string, signal: AbortSignal) => Promise<Values>;
}

const itemSchema = z.object({
  name: z.string(),
  instanceID: z.int(),
  path: z.string(),
  activeSelf: z.boolean(),
  tag: z.string().nullish(),
  childCount: z.int().nonnegative(),
  componentTypes: z.array(z.string().nullable()),
  transform: z.object({ position: z.array(z.number()).nullish() }).nullish(),
});
const pageData = z.object({ next_cursor: z.string().nullish(), items: z.array(itemSchema) });
const activeData = z.object({ path: z.string().nullish(), name: z.string().nullish() });
const componentData = z.object({ component: z.object({ properties: z.record(z.string(), z.unknown()).nullish() }) });

const pageSize = 200;
/** Objects looked at to find one by name; a scene can have a hundred thousand. */
const findLimit = 2_000;

export function makeSceneReads(deps: { readonly calls: Pick<UnityCalls, 'read' | 'readResource'> }): SceneReads {
  const { calls } = deps;

  async function level(parent: string | null, limit: number, signal: AbortSignal): Promise<SceneObject[]> {
    const found: SceneObject[] = [];
    let cursor: string | null | undefined = '0';
    while (cursor != null && found.length < limit) {
      const args = {
        action: 'get_hierarchy',
        ...(parent === null ? {} : { parent }),
        page_size: pageSize,
        cursor,
        include_transform: true,
      };
      const page: z.output<typeof pageData> = await calls.read('manage_scene', args, pageData, signal);
      found.push(...page.items.map(toObject));
      cursor = page.next_cursor;
    }
    return found;
  }

  async function walk(root: string | null, limit: number, signal: AbortSignal) {
    const objects: SceneObject[] = [];
    const parents: (string | null)[] = [root];
    while (parents.length > 0 && objects.length <= limit) {
      const parent = parents.shift() ?? null;
      const items = await level(parent, limit - objects.length + 1, signal);
      objects.push(...items);
      parents.push(...items.filter(({ children }) => children > 0).map(({ path }) => path));
    }
    return { objects: objects.slice(0, limit), more: objects.length > limit || parents.length > 0 };
  }

  return {
    walk,
    async activeScene(signal) {
      const { path, name } = await calls.read('manage_scene', { action: 'get_active' }, activeData, signal);
      return path != null && path !== '' ? path : (name ?? 'Untitled');
    },
    async find(target, signal) {
      const slash = target.lastIndexOf('/');
      const isPath = slash >= 0;
      const objects = isPath
        ? await orNone(level(target.slice(0, slash), findLimit, signal))
        : (await walk(null, findLimit, signal)).objects;
      const found = objects.filter((object) => (isPath ? object.path === target : object.name === target));
      const atRoot = found.filter(({ path }) => path === target);
      const fitting = atRoot.length > 0 ? atRoot : found;
      if (fitting.length > 1) {
        throw new AppError(
          'unity_rejected',
          `${fitting.length} objects are called ${target}. Name one by its path, or rename it.`,
          {
            data: { paths: fitting.slice(0, 20).map(({ path }) => path) },
          },
        );
      }
      return fitting[0] ?? null;
    },
    async properties(object, component, signal) {
      const uri = `mcpforunity://scene/gameobject/${object.instanceId}/component/${encodeURIComponent(component)}`;
      const data = await calls.readResource(uri, componentData, signal);
      return data.component.properties ?? {};
    },
  };
}

const toObject = (item: z.output<typeof itemSchema>): SceneObject => ({
  path: item.path,
  name: item.name,
  instanceId: item.instanceID,
  active: item.activeSelf,
  tag: item.tag ?? 'Untagged',
  components: item.componentTypes.filter((type) => type !== null),
  children: item.childCount,
  position: item.transform?.position ?? null,
});

async function orNone(work: Promise<SceneObject[]>): Promise<SceneObject[]> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return [];
    throw error;
  }
}
