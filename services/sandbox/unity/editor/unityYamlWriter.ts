import { guidOf } from './files.ts';

/** Unity's own YAML for scenes and prefabs, written from a short description of the objects. */
export type Vector = readonly [number, number, number];

export interface ObjectSpec {
  readonly name: string;
  readonly tag?: string;
  readonly position?: Vector;
  /** Euler angles in degrees, about x then y. */
  readonly rotation?: readonly [pitch: number, yaw: number];
  readonly scale?: Vector;
  readonly mesh?: keyof typeof builtInMeshes;
  /** Asset path of a material. */
  readonly material?: string;
  readonly components?: readonly ('Camera' | 'AudioListener' | 'Light' | 'Rigidbody')[];
  /** Asset path of a script. */
  readonly script?: string;
  readonly children?: readonly ObjectSpec[];
}

/** File ids of Unity's built-in meshes. */
export const builtInMeshes = { Cube: 10202, Cylinder: 10206, Sphere: 10207, Capsule: 10208, Plane: 10209 } as const;

const builtInGuid = '0000000000000000e000000000000000';
const classIds = { Camera: 20, AudioListener: 81, Light: 108, Rigidbody: 54 } as const;

/** Text of a `.unity` or `.prefab` file with these objects. */
export function writeUnityYaml(objects: readonly ObjectSpec[]): string {
  const documents: string[] = [];
  let nextId = 1000;
  const id = (): number => (nextId += 10);

  function write(spec: ObjectSpec, parent: number): number {
    const object = id();
    const transform = id();
    const children: number[] = [];
    const components = [transform];
    const at = documents.length;
    const add = (classId: number, kind: string, lines: readonly string[]): void => {
      const fileId = id();
      components.push(fileId);
      documents.push(document(classId, fileId, kind, [`m_GameObject: {fileID: ${object}}`, ...lines]));
    };
    for (const kind of spec.components ?? []) add(classIds[kind], kind, componentLines(kind));
    if (spec.mesh !== undefined) {
      add(33, 'MeshFilter', [`m_Mesh: {fileID: ${builtInMeshes[spec.mesh]}, guid: ${builtInGuid}, type: 0}`]);
      const material =
        spec.material === undefined ? '{fileID: 0}' : `{fileID: 2100000, guid: ${guidOf(spec.material)}, type: 2}`;
      add(23, 'MeshRenderer', ['m_Enabled: 1', 'm_Materials:', `- ${material}`]);
    }
    if (spec.script !== undefined) {
      add(114, 'MonoBehaviour', [
        'm_Enabled: 1',
        `m_Script: {fileID: 11500000, guid: ${guidOf(spec.script)}, type: 3}`,
      ]);
    }
    for (const child of spec.children ?? []) children.push(write(child, transform));
    documents.splice(
      at,
      0,
      document(1, object, 'GameObject', [
        'm_Component:',
        ...components.map((component) => `- component: {fileID: ${component}}`),
        'm_Layer: 0',
        `m_Name: ${spec.name}`,
        `m_TagString: ${spec.tag ?? 'Untagged'}`,
        'm_IsActive: 1',
      ]),
      document(4, transform, 'Transform', transformLines(spec, object, children, parent)),
    );
    return transform;
  }

  for (const spec of objects) write(spec, 0);
  return `%YAML 1.1\n%TAG !u! tag:unity3d.com,2011:\n${documents.join('')}`;
}

function document(classId: number, fileId: number, kind: string, lines: readonly string[]): string {
  return `--- !u!${classId} &${fileId}\n${kind}:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function transformLines(
  spec: ObjectSpec,
  object: number,
  children: readonly number[],
  parent: number,
): readonly string[] {
  const [x, y, z] = spec.position ?? [0, 0, 0];
  const [sx, sy, sz] = spec.scale ?? [1, 1, 1];
  const [pitch, yaw] = (spec.rotation ?? [0, 0]).map((degrees) => (degrees * Math.PI) / 360);
  const [cp, sp, cy, sn] = [Math.cos(pitch ?? 0), Math.sin(pitch ?? 0), Math.cos(yaw ?? 0), Math.sin(yaw ?? 0)];
  const quaternion = [sp * cy, cp * sn, -sp * sn, cp * cy].map((part) => Number(part.toFixed(7)) + 0);
  return [
    `m_GameObject: {fileID: ${object}}`,
    `m_LocalRotation: {x: ${quaternion[0]}, y: ${quaternion[1]}, z: ${quaternion[2]}, w: ${quaternion[3]}}`,
    `m_LocalPosition: {x: ${x}, y: ${y}, z: ${z}}`,
    `m_LocalScale: {x: ${sx}, y: ${sy}, z: ${sz}}`,
    children.length === 0 ? 'm_Children: []' : 'm_Children:',
    ...children.map((child) => `- {fileID: ${child}}`),
    `m_Father: {fileID: ${parent}}`,
  ];
}

function componentLines(kind: keyof typeof classIds): readonly string[] {
  switch (kind) {
    case 'Camera':
      return ['m_Enabled: 1', 'near clip plane: 0.3', 'far clip plane: 1000', 'field of view: 60'];
    case 'Light':
      return ['m_Enabled: 1', 'm_Type: 1', 'm_Color: {r: 1, g: 0.956, b: 0.839, a: 1}', 'm_Intensity: 1'];
    case 'Rigidbody':
      return ['m_Mass: 1', 'm_UseGravity: 1', 'm_IsKinematic: 0'];
    case 'AudioListener':
      return ['m_Enabled: 1'];
  }
}
