import { join } from 'node:path';
import type { AssetDatabase } from './assets.ts';
import { instanceIdOf, readText } from './files.ts';
import { fail, succeed, textOf, type Body } from './reply.ts';
import { componentTypes } from './componentTypes.ts';
import { parseUnityYaml, type UnityObject } from './unityYaml.ts';

/** The plugin command `manage_prefabs`: get_hierarchy and get_info, read from the prefab's YAML. */
export function makePrefabCommands(options: { readonly projectDir: string; readonly assets: AssetDatabase }): {
  readonly execute: (params: Body) => Body;
} {
  const { projectDir, assets } = options;

  function flatten(object: UnityObject, parent: string, prefabPath: string): Body[] {
    const path = parent === '' ? object.name : `${parent}/${object.name}`;
    const isRoot = parent === '';
    return [
      {
        name: object.name,
        instanceId: instanceIdOf(`${prefabPath}#${object.fileId}`),
        path,
        activeSelf: object.isActive,
        childCount: object.children.length,
        componentTypes: componentTypes(object, assets),
        prefab: {
          isRoot,
          isNestedRoot: false,
          nestingDepth: 0,
          assetPath: isRoot ? prefabPath : null,
          parentPath: null,
        },
      },
      ...object.children.flatMap((child) => flatten(child, path, prefabPath)),
    ];
  }

  return {
    execute(params) {
      const action = textOf(params, 'action').toLowerCase();
      const path = textOf(params, 'prefabPath');
      const text = path.endsWith('.prefab') && !path.includes('..') ? readText(join(projectDir, path)) : null;
      const root = text === null ? undefined : parseUnityYaml(text)[0];
      if (root === undefined) return fail(`No prefab asset found at path '${path}'.`);
      const items = flatten(root, '', path);
      if (action === 'get_hierarchy') {
        const message = `Successfully retrieved prefab hierarchy. Found ${items.length} objects.`;
        return succeed(message, { prefabPath: path, total: items.length, items });
      }
      if (action !== 'get_info') return fail(`The sandbox's Unity does not carry out manage_prefabs '${action}'.`);
      return succeed('Successfully retrieved prefab info.', {
        assetPath: path,
        guid: assets.guidOf(path),
        prefabType: 'Regular',
        rootObjectName: root.name,
        rootComponentTypes: componentTypes(root, assets),
        childCount: items.length - 1,
        isVariant: false,
        parentPrefab: null,
      });
    },
  };
}
