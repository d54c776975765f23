import type { AssetDatabase } from './assets.ts';
import { componentTypes } from './componentTypes.ts';
import { guidOf } from './files.ts';
import { fail, integerOf, succeed, textOf, type Body } from './reply.ts';
import { instanceIdOfObject, scenePath, type SceneState } from './sceneState.ts';
import { readVector, type UnityObject } from './unityYaml.ts';

export interface SceneCommands {
  /** The plugin command `manage_scene`: get_active, get_hierarchy, get_build_settings. */
  readonly execute: (params: Body) => Body;
}

const sceneName = 'SampleScene';

export function makeSceneCommands(options: {
  readonly assets: AssetDatabase;
  readonly scene: SceneState;
}): SceneCommands {
  const { assets, scene } = options;

  function hierarchy(params: Body): Body {
    const parentName = textOf(params, 'parent');
    const all = scene.roots();
    const parent = parentName === '' ? undefined : scene.find(parentName);
    if (parentName !== '' && parent === undefined) return fail(`Parent GameObject ('${parentName}') not found.`);
    const siblings = parent?.object.children ?? all;
    const cursor = integerOf(params, 'cursor') ?? 0;
    const pageSize = integerOf(params, 'pageSize') ?? 50;
    const items = siblings
      .slice(cursor, cursor + pageSize)
      .map((object) => describe(object, parent?.path ?? '', params['includeTransform'] === true));
    const next = cursor + items.length;
    return succeed(`Retrieved hierarchy page for scene '${sceneName}'.`, {
      scope: parent === undefined ? 'roots' : 'children',
      cursor,
      pageSize,
      next_cursor: next < siblings.length ? String(next) : null,
      truncated: next < siblings.length,
      total: siblings.length,
      items,
    });
  }

  function describe(object: UnityObject, parentPath: string, withTransform: boolean): Body {
    const transform = object.components.find((component) => component.kind === 'Transform')?.text ?? '';
    return {
      name: object.name,
      instanceID: instanceIdOfObject(object),
      activeSelf: object.isActive,
      activeInHierarchy: object.isActive,
      tag: object.tag,
      layer: 0,
      isStatic: false,
      path: parentPath === '' ? object.name : `${parentPath}/${object.name}`,
      childCount: object.children.length,
      childrenTruncated: object.children.length > 0,
      childrenCursor: object.children.length > 0 ? '0' : null,
      childrenPageSizeDefault: 200,
      componentTypes: componentTypes(object, assets),
      ...(withTransform
        ? {
            transform: {
              position: readVector(transform, 'm_LocalPosition').slice(0, 3),
              rotation: [0, 0, 0],
              scale: readVector(transform, 'm_LocalScale', [1, 1, 1, 1]).slice(0, 3),
            },
          }
        : {}),
    };
  }

  return {
    execute(params) {
      const action = textOf(params, 'action').toLowerCase();
      switch (action) {
        case 'get_active':
          return succeed('Retrieved active scene information.', {
            name: sceneName,
            path: scenePath,
            buildIndex: 0,
            isDirty: scene.isDirty(),
            isLoaded: true,
            rootCount: scene.roots().length,
          });
        case 'get_hierarchy':
          return hierarchy(params);
        case 'get_build_settings': {
          const scene = { path: scenePath, guid: assets.guidOf(scenePath) ?? guidOf(scenePath) };
          return succeed('Retrieved scenes from Build Settings.', [{ ...scene, enabled: true, buildIndex: 0 }]);
        }
        default:
          return fail(`The sandbox's Unity does not carry out manage_scene '${action}'.`);
      }
    },
  };
}
