import { join } from 'node:path';
import type { AssetDatabase } from './assets.ts';
import { componentTypes } from './componentTypes.ts';
import type { ScriptCompiler } from './compiler.ts';
import { guidOf, instanceIdOf, readText } from './files.ts';
import { samplePaths } from './project.ts';
import { fail, integerOf, succeed, textOf, type Body } from './reply.ts';
import { parseUnityYaml, readVector, type UnityObject } from './unityYaml.ts';
import { spawnedObjects } from './spawnedObjects.ts';

/** The open scene: its file, plus one object for each MonoBehaviour that compiled (see spawnedObjects.ts). */
export interface SceneCommands {
  readonly roots: () => readonly UnityObject[];
  /** The plugin command `manage_scene`: get_active, get_hierarchy, get_build_settings. */
  readonly execute: (params: Body) => Body;
}

const scenePath = samplePaths.scene;
const sceneName = 'SampleScene';

export function makeSceneCommands(options: {
  readonly projectDir: string;
  readonly assets: AssetDatabase;
  readonly compiler: ScriptCompiler;
}): SceneCommands {
  const { projectDir, assets, compiler } = options;

  const roots = (): UnityObject[] => [
    ...parseUnityYaml(readText(join(projectDir, scenePath)) ?? ''),
    ...spawnedObjects(compiler.scripts()),
  ];

  function hierarchy(params: Body): Body {
    const parentName = textOf(params, 'parent');
    const all = roots();
    const parent = parentName === '' ? undefined : find(all, parentName);
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
      instanceID: -instanceIdOf(`${scenePath}#${object.fileId}`),
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
    roots,
    execute(params) {
      const action = textOf(params, 'action').toLowerCase();
      switch (action) {
        case 'get_active':
          return succeed('Retrieved active scene information.', {
            name: sceneName,
            path: scenePath,
            buildIndex: 0,
            isDirty: false,
            isLoaded: true,
            rootCount: roots().length,
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

function find(
  objects: readonly UnityObject[],
  nameOrPath: string,
  parent = '',
): { object: UnityObject; path: string } | undefined {
  for (const object of objects) {
    const path = parent === '' ? object.name : `${parent}/${object.name}`;
    if (object.name === nameOrPath || path === nameOrPath) return { object, path };
    const inside = find(object.children, nameOrPath, path);
    if (inside !== undefined) return inside;
  }
  return undefined;
}
