import type { UasComponent, UasNode, UasValue } from '../../../shared/contracts/uas.ts';
import { isMap, type YamlDocument, type YamlMap, type YamlValue } from './unityYaml.ts';

/**
 * The tree behind the documents of a scene or prefab. GameObjects hang together by their transforms; a nested prefab is a
 * `PrefabInstance` whose contents stand in another file, so it is one node with its overrides as properties. References
 * are resolved from guids to paths; what is cut short is said.
 */
export interface TreeOfYaml {
  readonly hierarchy: UasNode[];
  readonly unreadable: { what: string; why: string }[];
}

/** Path of the asset with this guid, or null. */
export type PathOfGuid = (guid: string) => string | null;

const maxNodes = 5_000;
const maxListItems = 200;
const maxTextCharacters = 2_000;
/** Of all values of a tree as JSON: they are kept with the call and shown in the window. */
const maxValueCharacters = 1_000_000;
const maxDepth = 200;

/** Links and bookkeeping that the tree says itself. */
const structural = new Set([
  'm_ObjectHideFlags',
  'm_CorrespondingSourceObject',
  'm_PrefabInstance',
  'm_PrefabAsset',
  'm_PrefabInternal',
  'm_PrefabParentObject',
  'm_GameObject',
  'm_Script',
  'm_EditorHideFlags',
  'm_EditorClassIdentifier',
  'm_Father',
  'm_Children',
  'm_RootOrder',
  'm_LocalPosition',
  'm_LocalRotation',
  'm_LocalScale',
  'm_LocalEulerAnglesHint',
  'm_ConstrainProportionsScale',
  'serializedVersion',
]);

export function treeOfDocuments(documents: readonly YamlDocument[], pathOf: PathOfGuid): TreeOfYaml {
  const unreadable: { what: string; why: string }[] = [];
  const byId = new Map(documents.map((document) => [document.fileId, document]));
  const objectOf = new Map<string, YamlDocument>();
  const prefabOf = new Map<string, YamlDocument>();
  for (const document of documents) {
    if (document.type === 'GameObject' && !document.stripped) {
      const transform = componentsOf(document, byId).find(isTransform);
      if (transform !== undefined) objectOf.set(transform.fileId, document);
    }
    // The stripped transform of a nested prefab stands for it in its parent's list of children.
    if (isTransform(document) && document.stripped)
      prefabOf.set(document.fileId, byId.get(idOf(document.value['m_PrefabInstance'])) ?? document);
  }
  const nested = documents.filter(({ type }) => type === 'PrefabInstance');
  const parentOfNested = (instance: YamlDocument): string => {
    const modification = instance.value['m_Modification'];
    return isMap(modification) ? idOf(modification['m_TransformParent']) : '0';
  };
  let count = 0;
  let cutLists = 0;
  let characters = 0;
  const shown = new Set<string>();
  const values = makeValues(pathOf, () => (cutLists += 1));

  function componentOf(document: YamlDocument): UasComponent {
    const { properties, ...component } = values.component(document);
    if (properties === undefined) return component;
    characters += JSON.stringify(properties).length;
    return characters > maxValueCharacters ? component : { ...component, properties };
  }

  function nodeOf(transformId: string, id: string, depth: number): UasNode | undefined {
    const object = objectOf.get(transformId);
    const instance = prefabOf.get(transformId);
    const source = object ?? instance;
    if (source === undefined || shown.has(source.fileId) || depth > maxDepth) return undefined;
    if (count >= maxNodes) return undefined;
    shown.add(source.fileId);
    count += 1;
    return object === undefined ? nestedNode(source, id) : objectNode(object, transformId, id, depth);
  }

  function objectNode(object: YamlDocument, transformId: string, id: string, depth: number): UasNode {
    const transform = byId.get(transformId);
    const listed = listOf(transform?.value['m_Children']).map(idOf);
    const loose = nested.filter((instance) => !shown.has(instance.fileId) && parentOfNested(instance) === transformId);
    const { value } = object;
    const node: UasNode = {
      id,
      fileId: object.fileId,
      name: textOf(value['m_Name']),
      active: value['m_IsActive'] !== 0,
      ...(value['m_TagString'] === undefined ? {} : { tag: textOf(value['m_TagString']) }),
      ...(typeof value['m_Layer'] === 'number' ? { layer: value['m_Layer'] } : {}),
      components: componentsOf(object, byId).map(componentOf),
      ...(transform === undefined ? {} : { transform: transformOf(transform.value) }),
      children: [],
    };
    for (const child of listed) push(node.children, nodeOf(child, `${id}/${node.children.length}`, depth + 1));
    for (const instance of loose) {
      if (shown.has(instance.fileId) || count >= maxNodes) continue;
      shown.add(instance.fileId);
      count += 1;
      push(node.children, nestedNode(instance, `${id}/${node.children.length}`));
    }
    return node;
  }

  function nestedNode(instance: YamlDocument, id: string): UasNode {
    const guid = guidOf(instance.value['m_SourcePrefab'] ?? instance.value['m_CorrespondingSourceObject']);
    const path = guid === null ? null : pathOf(guid);
    const modification = instance.value['m_Modification'];
    const overrides = (isMap(modification) ? listOf(modification['m_Modifications']) : []).filter(isMap);
    const valueOf = (property: string): YamlValue | undefined =>
      overrides.find((override) => override['propertyPath'] === property)?.['value'];
    const properties = overrides
      .slice(0, maxListItems)
      .map((override): [string, UasValue] => {
        const reference = override['objectReference'];
        const own = override['value'] ?? null;
        const isSet = isReference(reference) && idOf(reference) !== '0';
        return [textOf(override['propertyPath']), values.value(isSet ? (reference ?? null) : own)];
      })
      .filter(([name]) => !/^m_(Local(Position|Rotation|Scale|EulerAnglesHint)|RootOrder|Name)\b/.test(name));
    if (overrides.length > maxListItems) cutLists += 1;
    const stem = path === null ? 'nested prefab' : path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
    const name = valueOf('m_Name');
    return {
      id,
      fileId: instance.fileId,
      name: name === undefined || name === null ? stem : textOf(name),
      active: valueOf('m_IsActive') !== 0,
      components:
        properties.length === 0 ? [] : [{ type: 'PrefabInstance', properties: Object.fromEntries(properties) }],
      transform: {
        position: vectorOf(['x', 'y', 'z'].map((axis) => valueOf(`m_LocalPosition.${axis}`) ?? 0)),
        rotation: vectorOf(['x', 'y', 'z'].map((axis) => valueOf(`m_LocalEulerAnglesHint.${axis}`) ?? 0)),
        scale: vectorOf(['x', 'y', 'z'].map((axis) => valueOf(`m_LocalScale.${axis}`) ?? 1)),
      },
      prefabPath: path ?? `guid:${guid ?? 'unknown'}`,
      children: [],
    };
  }

  const roots: UasNode[] = [];
  for (const transformId of rootsOf(documents, objectOf)) push(roots, nodeOf(transformId, String(roots.length), 0));
  for (const instance of nested) {
    if (shown.has(instance.fileId) || parentOfNested(instance) !== '0' || count >= maxNodes) continue;
    shown.add(instance.fileId);
    count += 1;
    roots.push(nestedNode(instance, String(roots.length)));
  }
  const objects = documents.filter(({ type, stripped }) => type === 'GameObject' && !stripped).length + nested.length;
  if (count < objects)
    unreadable.push({
      what: `${objects - count} of ${objects} objects`,
      why: count >= maxNodes ? `only ${maxNodes} are taken apart` : 'the file does not say where they belong',
    });
  if (nested.length > 0)
    unreadable.push({ what: 'insides of nested prefabs', why: 'they stand in their own files; take those apart' });
  if (cutLists > 0) unreadable.push({ what: `${cutLists} long lists`, why: `cut after ${maxListItems} entries` });
  if (characters > maxValueCharacters)
    unreadable.push({ what: 'values of the later objects', why: 'the file has too many; take a part of it apart' });
  return { hierarchy: roots, unreadable };
}

/** Turns serialised values into UAS values; for other documents than those of a tree as well. */
export function makeValues(pathOf: PathOfGuid, onCut: () => void = () => undefined) {
  function value(from: YamlValue): UasValue {
    if (typeof from === 'string')
      return from.length > maxTextCharacters ? `${from.slice(0, maxTextCharacters)}…` : from;
    if (from === null || typeof from === 'number') return from;
    if (Array.isArray(from)) {
      if (from.length > maxListItems) onCut();
      return from.slice(0, maxListItems).map(value);
    }
    if (isReference(from)) {
      const guid = guidOf(from);
      const id = idOf(from);
      if (guid === null) return id === '0' ? null : { fileId: id };
      const path = pathOf(guid);
      return { guid, fileId: id, ...(path === null ? {} : { path }) };
    }
    return Object.fromEntries(Object.entries(from).map(([key, inner]) => [key, value(inner)]));
  }
  const properties = (from: YamlMap): Record<string, UasValue> =>
    Object.fromEntries(
      Object.entries(from)
        .filter(([key]) => !structural.has(key) && key !== 'm_Enabled')
        .map(([key, inner]) => [key, value(inner)]),
    );
  function component(document: YamlDocument): UasComponent {
    const script = document.type === 'MonoBehaviour' ? guidOf(document.value['m_Script']) : null;
    const path = script === null ? null : pathOf(script);
    const type =
      document.type !== 'MonoBehaviour'
        ? document.type
        : path === null
          ? 'missing script'
          : path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
    const enabled = document.value['m_Enabled'];
    const own = isTransform(document) && document.type === 'Transform' ? {} : properties(document.value);
    return {
      type,
      ...(enabled === undefined ? {} : { enabled: enabled !== 0 }),
      ...(path === null ? {} : { scriptPath: path }),
      ...(Object.keys(own).length === 0 ? {} : { properties: own }),
    };
  }
  return { value, properties, component };
}

/** Guids that a text of Unity's YAML refers to, each once, in order. */
export function guidsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/guid: ([0-9a-f]{32})/g)].map(([, guid = '']) => guid))];
}

const push = (nodes: UasNode[], node: UasNode | undefined): void => {
  if (node !== undefined) nodes.push(node);
};

/** In the order of a scene's own list of roots, else by `m_RootOrder`, else as they stand in the file. */
function rootsOf(documents: readonly YamlDocument[], objectOf: ReadonlyMap<string, YamlDocument>): string[] {
  const transforms = new Map(documents.filter(isTransform).map((document) => [document.fileId, document.value]));
  const isRoot = (id: string): boolean => idOf(transforms.get(id)?.['m_Father']) === '0';
  const sceneRoots = documents.find(({ type }) => type === 'SceneRoots')?.value['m_Roots'];
  const listed = listOf(sceneRoots).map(idOf);
  const rest = [...objectOf.keys()].filter((id) => isRoot(id) && !listed.includes(id));
  const orderOf = (id: string): number => Number(transforms.get(id)?.['m_RootOrder'] ?? 0);
  return [...listed, ...rest.toSorted((a, b) => orderOf(a) - orderOf(b))];
}

const isTransform = ({ type }: YamlDocument): boolean => type === 'Transform' || type === 'RectTransform';

function componentsOf(object: YamlDocument, byId: ReadonlyMap<string, YamlDocument>): YamlDocument[] {
  return listOf(object.value['m_Component']).flatMap((item) => {
    // `- component: {fileID: 1}`; before Unity 5.5 `- 4: {fileID: 1}`.
    const reference = isMap(item) ? (item['component'] ?? Object.values(item)[0]) : undefined;
    const component = byId.get(idOf(reference));
    return component === undefined ? [] : [component];
  });
}

function transformOf(value: YamlMap): NonNullable<UasNode['transform']> {
  const hint = value['m_LocalEulerAnglesHint'];
  return {
    position: axes(value['m_LocalPosition'], 0),
    rotation: isMap(hint) ? axes(hint, 0) : eulerOf(value['m_LocalRotation']),
    scale: axes(value['m_LocalScale'], 1),
  };
}

function axes(value: YamlValue | undefined, fallback: number): [number, number, number] {
  const map = isMap(value) ? value : {};
  return vectorOf([map['x'] ?? fallback, map['y'] ?? fallback, map['z'] ?? fallback]);
}

const vectorOf = ([x, y, z]: readonly YamlValue[]): [number, number, number] => [toNumber(x), toNumber(y), toNumber(z)];
const toNumber = (value: YamlValue | undefined): number => (typeof value === 'number' ? value : 0);

/** Euler degrees of a quaternion in Unity's order (z, then x, then y). */
function eulerOf(value: YamlValue | undefined): [number, number, number] {
  if (!isMap(value)) return [0, 0, 0];
  const [x, y, z] = axes(value, 0);
  const w = typeof value['w'] === 'number' ? value['w'] : 1;
  const degrees = (radians: number): number => Number(((radians * 180) / Math.PI).toFixed(4)) + 0;
  const pitch = Math.asin(Math.max(-1, Math.min(1, 2 * (w * x - y * z))));
  const yaw = Math.atan2(2 * (w * y + x * z), 1 - 2 * (x * x + y * y));
  const roll = Math.atan2(2 * (w * z + x * y), 1 - 2 * (x * x + z * z));
  return [degrees(pitch), degrees(yaw), degrees(roll)];
}

const listOf = (value: YamlValue | undefined): YamlValue[] => (Array.isArray(value) ? value : []);
const textOf = (value: YamlValue | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const idOf = (value: YamlValue | undefined): string => (isMap(value) ? textOf(value['fileID']) || '0' : '0');
const isReference = (value: YamlValue | undefined): boolean => isMap(value) && Object.hasOwn(value, 'fileID');
const guidOf = (value: YamlValue | undefined): string | null => {
  const guid = isMap(value) ? value['guid'] : undefined;
  return typeof guid === 'string' || typeof guid === 'number' ? String(guid) : null;
};
