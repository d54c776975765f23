import { basename, join } from 'node:path';
import type { AssetDatabase } from './assets.ts';
import type { ScriptCompiler } from './compiler.ts';
import { guidOf, instanceIdOf, readText } from './files.ts';
import { samplePaths } from './project.ts';
import { spawnedObjects } from './spawnedObjects.ts';
import { parseUnityYaml, type UnityComponent, type UnityObject } from './unityYaml.ts';

/**
 * The open scene in the editor's memory: its file, plus what was changed since and not saved. A scene file that changes
 * on disk is loaded again, as Unity does. Each MonoBehaviour that nobody put on an object stands on one of its own (see
 * spawnedObjects.ts).
 */
export interface SceneState {
  readonly roots: () => readonly UnityObject[];
  readonly isDirty: () => boolean;
  /** By instance id, path, or name; the first that fits. */
  readonly find: (target: string) => Found | undefined;
  readonly add: (object: UnityObject, parentFileId: string | null) => void;
  /** `null` removes the object with its children. */
  readonly replace: (fileId: string, change: (object: UnityObject) => UnityObject | null) => void;
  readonly nextFileId: () => string;
}

export interface Found {
  readonly object: UnityObject;
  readonly path: string;
}

export const scenePath = samplePaths.scene;

export const instanceIdOfObject = (object: { readonly fileId: string }): number =>
  -instanceIdOf(`${scenePath}#${object.fileId}`);

export function makeSceneState(options: {
  readonly projectDir: string;
  readonly assets: AssetDatabase;
  readonly compiler: ScriptCompiler;
}): SceneState {
  const { projectDir, assets, compiler } = options;
  let loadedText: string | null = null;
  let own: readonly UnityObject[] = [];
  let dirty = false;
  let lastFileId = 9_000_000;

  function load(): readonly UnityObject[] {
    const text = readText(join(projectDir, scenePath)) ?? '';
    if (text !== loadedText) {
      loadedText = text;
      own = parseUnityYaml(text);
      dirty = false;
    }
    return own;
  }

  function roots(): UnityObject[] {
    const objects = load();
    const attached = new Set(flat(objects).flatMap(({ components }) => components.map(scriptGuidOf)));
    const free = compiler
      .scripts()
      .filter((script) => !attached.has(assets.guidOf(script.path) ?? guidOf(script.path)));
    return [...objects, ...spawnedObjects(free)];
  }

  return {
    roots,
    isDirty: () => dirty,
    find(target) {
      const all = withPaths(roots(), '');
      return (
        all.find(({ object }) => String(instanceIdOfObject(object)) === target) ??
        all.find(({ path }) => path === target) ??
        all.find(({ object }) => object.name === target)
      );
    },
    add(object, parentFileId) {
      own =
        parentFileId === null
          ? [...load(), object]
          : change(load(), parentFileId, (parent) => ({ ...parent, children: [...parent.children, object] }));
      dirty = true;
    },
    replace(fileId, toNext) {
      const known = flat(load()).some((object) => object.fileId === fileId);
      // An object that the sandbox had put there becomes a real one when it is edited.
      const base = known ? load() : [...load(), ...roots().filter((object) => object.fileId === fileId)];
      own = change(base, fileId, toNext);
      dirty = true;
    },
    nextFileId: () => String((lastFileId += 10)),
  };
}

export const scriptGuidOf = (component: UnityComponent): string =>
  /m_Script: \{[^}]*guid: ([0-9a-f]{32})/.exec(component.text)?.[1] ?? '';

/** The name that the Inspector shows: a script's own, else Unity's. */
export function componentName(component: UnityComponent, assets: AssetDatabase): string {
  if (component.kind !== 'MonoBehaviour') return component.kind;
  return basename(assets.pathOf(scriptGuidOf(component)) ?? '', '.cs');
}

function change(
  objects: readonly UnityObject[],
  fileId: string,
  toNext: (object: UnityObject) => UnityObject | null,
): readonly UnityObject[] {
  return objects.flatMap((object) => {
    if (object.fileId !== fileId) return [{ ...object, children: change(object.children, fileId, toNext) }];
    const next = toNext(object);
    return next === null ? [] : [next];
  });
}

const flat = (objects: readonly UnityObject[]): UnityObject[] =>
  objects.flatMap((object) => [object, ...flat(object.children)]);

function withPaths(objects: readonly UnityObject[], parent: string): Found[] {
  return objects.flatMap((object) => {
    const path = parent === '' ? object.name : `${parent}/${object.name}`;
    return [{ object, path }, ...withPaths(object.children, path)];
  });
}
