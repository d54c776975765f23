import type { AssetDatabase } from './assets.ts';
import type { ComponentTypes } from './components.ts';
import { fail, integerOf, isRecord, succeed, textOf, type Body } from './reply.ts';
import { componentName, instanceIdOfObject, scenePath, type SceneState } from './sceneState.ts';
import { parseUnityYaml, readVector, type UnityComponent, type UnityObject } from './unityYaml.ts';
import { builtInMeshes, writeUnityYaml, type Vector } from './unityYamlWriter.ts';

/** The plugin commands `manage_gameobject` (create, delete), `manage_components` and the reads of components. */
export interface GameObjectCommands {
  readonly manageGameObject: (params: Body) => Body;
  readonly manageComponents: (params: Body) => Body;
  readonly readComponents: (params: Body) => Body;
  readonly readComponent: (params: Body) => Body;
}

const primitives = Object.keys(builtInMeshes) as (keyof typeof builtInMeshes)[];
const colliders: Readonly<Record<string, string>> = {
  Cube: 'BoxCollider',
  Sphere: 'SphereCollider',
  Capsule: 'CapsuleCollider',
  Cylinder: 'CapsuleCollider',
};

export function makeGameObjectCommands(options: {
  readonly assets: AssetDatabase;
  readonly scene: SceneState;
  readonly types: ComponentTypes;
}): GameObjectCommands {
  const { assets, scene, types } = options;
  const nameOf = (component: UnityComponent): string => componentName(component, assets);

  function create(params: Body): Body {
    const name = textOf(params, 'name');
    if (name === '') return fail("'name' parameter is required for 'create' action.");
    const wanted = textOf(params, 'primitiveType');
    const mesh = primitives.find((known) => known.toLowerCase() === wanted.toLowerCase());
    if (wanted !== '' && mesh === undefined) {
      return fail(`Invalid primitive type: '${wanted}'. Valid types: Sphere, Capsule, Cylinder, Cube, Plane, Quad`);
    }
    const parentName = textOf(params, 'parent');
    const parent = parentName === '' ? undefined : scene.find(parentName);
    if (parentName !== '' && parent === undefined) return fail(`Parent specified ('${parentName}') but not found.`);
    const tag = textOf(params, 'tag');
    const spec = {
      name,
      ...(tag === '' ? {} : { tag }),
      ...vector('position', params['position']),
      ...vector('scale', params['scale']),
      ...(mesh === undefined ? {} : { mesh, material: 'Assets/Materials/Player.mat' }),
    };
    const parsed = parseUnityYaml(writeUnityYaml([spec]))[0];
    if (parsed === undefined) return fail('Failed to create or instantiate the GameObject.');
    let components = [...parsed.components];
    const collider = mesh === undefined ? undefined : colliders[mesh];
    const toAdd = params['componentsToAdd'];
    const names = [...(collider === undefined ? [] : [collider]), ...(Array.isArray(toAdd) ? toAdd.map(String) : [])];
    for (const type of names) {
      const made = types.make(type, components);
      if (made === null) return fail(`Component type '${type}' not found or is not a valid Component.`);
      components = [...components, ...made];
    }
    const object: UnityObject = { ...parsed, fileId: scene.nextFileId(), components };
    scene.add(object, parent?.object.fileId ?? null);
    return succeed(`GameObject '${name}' created successfully in scene.`, describe(object, parent?.object));
  }

  function describe(object: UnityObject, parent: UnityObject | undefined): Body {
    const transform = object.components.find(({ kind }) => kind === 'Transform')?.text ?? '';
    const [x, y, z] = readVector(transform, 'm_LocalPosition', [0, 0, 0, 0]);
    const [sx, sy, sz] = readVector(transform, 'm_LocalScale', [1, 1, 1, 1]);
    return {
      name: object.name,
      instanceID: instanceIdOfObject(object),
      tag: object.tag,
      layer: 0,
      activeSelf: object.isActive,
      activeInHierarchy: object.isActive,
      isStatic: false,
      scenePath,
      transform: { position: { x, y, z }, localPosition: { x, y, z }, scale: { x: sx, y: sy, z: sz } },
      parentInstanceID: parent === undefined ? 0 : instanceIdOfObject(parent),
      componentNames: object.components.map(nameOf),
    };
  }

  const notFound = (params: Body): Body => {
    const method = textOf(params, 'searchMethod', 'default');
    return fail(`Target GameObject ('${targetOf(params)}') not found using method '${method}'.`);
  };

  function add(object: UnityObject, type: string, params: Body): Body {
    const made = types.make(type, object.components);
    const last = made?.at(-1);
    if (made === null || last === undefined) {
      return fail(`Component type '${type}' not found. Use a fully-qualified name if needed.`);
    }
    const values = isRecord(params['properties']) ? params['properties'] : {};
    const { component } = types.write(last, values);
    const components = [...object.components, ...made.slice(0, -1), component];
    scene.replace(object.fileId, (now) => ({ ...now, components }));
    return succeed(`Component '${type}' added to '${object.name}'.`, {
      instanceID: instanceIdOfObject(object),
      componentType: type,
      componentInstanceID: Number(component.fileId),
    });
  }

  function setProperties(object: UnityObject, type: string, params: Body): Body {
    const found = object.components.find((component) => nameOf(component) === type);
    if (found === undefined) return fail(`Component '${type}' not found on '${object.name}'.`);
    const property = textOf(params, 'property');
    const values = {
      ...(property === '' ? {} : { [property]: params['value'] }),
      ...(isRecord(params['properties']) ? params['properties'] : {}),
    };
    if (Object.keys(values).length === 0) {
      return fail("Either 'property'+'value' or 'properties' object is required for 'set_property' action.");
    }
    const { component, errors } = types.write(found, values);
    scene.replace(object.fileId, (now) => ({
      ...now,
      components: now.components.map((other) => (other.fileId === found.fileId ? component : other)),
    }));
    const instanceID = instanceIdOfObject(object);
    if (errors.length > 0) {
      const message = `Some properties failed to set on '${type}'.`;
      return { success: false, message, data: { instanceID, errors } };
    }
    return succeed(`Properties set on component '${type}' on '${object.name}'.`, { instanceID });
  }

  const dataOf = (component: UnityComponent): Body => ({
    typeName: nameOf(component),
    instanceID: Number(component.fileId),
    properties: types.read(component),
  });

  const objectOf = (params: Body): UnityObject | undefined =>
    scene.find(String(integerOf(params, 'instanceID') ?? ''))?.object;

  return {
    manageGameObject(params) {
      const action = textOf(params, 'action').toLowerCase();
      if (action === 'create') return create(params);
      if (action !== 'delete') return fail(`The sandbox's Unity does not carry out manage_gameobject '${action}'.`);
      const found = scene.find(targetOf(params));
      if (found === undefined) {
        return fail(
          `Target GameObject(s) ('${targetOf(params)}') not found using method '${textOf(params, 'searchMethod', 'default')}'.`,
        );
      }
      const { object } = found;
      scene.replace(object.fileId, () => null);
      return succeed(`GameObject '${object.name}' deleted successfully.`, [
        { name: object.name, instanceID: instanceIdOfObject(object) },
      ]);
    },
    manageComponents(params) {
      const action = textOf(params, 'action').toLowerCase();
      const object = scene.find(targetOf(params))?.object;
      if (object === undefined) return notFound(params);
      const type = textOf(params, 'componentType');
      if (type === '') return fail(`'componentType' parameter is required for '${action}' action.`);
      if (action === 'add') return add(object, type, params);
      if (!types.isKnown(type)) return fail(`Component type '${type}' not found.`);
      if (action === 'set_property') return setProperties(object, type, params);
      if (action !== 'remove') return fail(`Unknown action: '${action}'. Supported actions: add, remove, set_property`);
      const found = object.components.find((component) => nameOf(component) === type);
      if (found === undefined) return fail(`Component '${type}' not found on '${object.name}'.`);
      if (type === 'Transform') return fail('Cannot remove Transform component.');
      scene.replace(object.fileId, (now) => ({
        ...now,
        components: now.components.filter((component) => component.fileId !== found.fileId),
      }));
      return succeed(`Component '${type}' removed from '${object.name}'.`, { instanceID: instanceIdOfObject(object) });
    },
    readComponents(params) {
      const object = objectOf(params);
      const id = integerOf(params, 'instanceID') ?? 0;
      if (object === undefined) return fail(`GameObject with instance ID ${id} not found.`);
      const data = {
        gameObjectID: id,
        gameObjectName: object.name,
        components: object.components.map(dataOf),
        cursor: 0,
        pageSize: 25,
        nextCursor: null,
        totalCount: object.components.length,
        hasMore: false,
        includeProperties: true,
      };
      return { success: true, data };
    },
    readComponent(params) {
      const object = objectOf(params);
      const id = integerOf(params, 'instanceID') ?? 0;
      if (object === undefined) return fail(`GameObject with instance ID ${id} not found.`);
      const wanted = textOf(params, 'componentName');
      const found = object.components.find((component) => nameOf(component).toLowerCase() === wanted.toLowerCase());
      if (found === undefined) return fail(`Component '${wanted}' not found on GameObject '${object.name}'.`);
      return { success: true, data: { gameObjectID: id, gameObjectName: object.name, component: dataOf(found) } };
    },
  };
}

const targetOf = (params: Body): string => {
  const { target } = params;
  return typeof target === 'number' ? String(target) : textOf(params, 'target');
};

function vector<K extends string>(key: K, value: unknown): { [P in K]?: Vector } {
  const parts = isRecord(value) ? [value['x'], value['y'], value['z']] : Array.isArray(value) ? value : null;
  if (parts === null) return {};
  const [x = 0, y = 0, z = 0] = parts.map(Number);
  const found: { [P in K]?: Vector } = {};
  return Object.assign(found, { [key]: [x, y, z] });
}
