import { join } from 'node:path';
import type { AssetDatabase } from '../assets.ts';
import { readText } from '../files.ts';
import { builtInMeshes } from '../unityYamlWriter.ts';
import { readVector, type UnityObject } from '../unityYaml.ts';
import { add, compose, multiply, rotate, type Quaternion, type Vec3 } from './vectors.ts';

/** The scene as the renderer needs it: shapes in world space, cameras, the sun. */
export interface Shape {
  readonly kind: 'plane' | 'sphere' | 'box' | 'capsule' | 'cylinder';
  readonly position: Vec3;
  readonly rotation: Quaternion;
  readonly scale: Vec3;
  /** sRGB, 0 to 1. */
  readonly color: Vec3;
}

export interface PlacedObject {
  readonly name: string;
  readonly path: string;
  readonly position: Vec3;
  readonly rotation: Quaternion;
  readonly isCamera: boolean;
  readonly isMainCamera: boolean;
}

export interface RenderModel {
  readonly shapes: readonly Shape[];
  readonly objects: readonly PlacedObject[];
  /** Towards the light. */
  readonly sun: Vec3;
}

const kinds: Readonly<Record<number, Shape['kind']>> = {
  [builtInMeshes.Cube]: 'box',
  [builtInMeshes.Cylinder]: 'cylinder',
  [builtInMeshes.Sphere]: 'sphere',
  [builtInMeshes.Capsule]: 'capsule',
  [builtInMeshes.Plane]: 'plane',
};
const defaultColor: Vec3 = [0.8, 0.8, 0.8];

/** Reads transforms, built-in meshes, material colours, cameras and the directional light of the open scene. */
export function toRenderModel(roots: readonly UnityObject[], projectDir: string, assets: AssetDatabase): RenderModel {
  const shapes: Shape[] = [];
  const objects: PlacedObject[] = [];
  let sun: Vec3 = [0.3, 0.8, -0.5];

  function colorOf(renderer: string): Vec3 {
    const material = assets.pathOf(/guid: ([0-9a-f]{32})/.exec(renderer)?.[1] ?? '');
    const text = material === null ? null : readText(join(projectDir, material));
    const color = /_(?:Base)?Color: \{r: ([\d.]+), g: ([\d.]+), b: ([\d.]+)/.exec(text ?? '');
    return color === null ? defaultColor : [Number(color[1]), Number(color[2]), Number(color[3])];
  }

  function visit(object: UnityObject, parent: Placement, parentPath: string): void {
    if (!object.isActive) return;
    const text = (kind: string): string | undefined =>
      object.components.find((component) => component.kind === kind)?.text;
    const own = text('Transform') ?? '';
    const [x, y, z] = readVector(own, 'm_LocalPosition', [0, 0, 0, 0]);
    const [sx, sy, sz] = readVector(own, 'm_LocalScale', [1, 1, 1, 1]);
    const placement: Placement = {
      position: add(parent.position, rotate(parent.rotation, multiply(parent.scale, [x, y, z]))),
      rotation: compose(parent.rotation, readVector(own, 'm_LocalRotation')),
      scale: multiply(parent.scale, [sx, sy, sz]),
    };
    const path = parentPath === '' ? object.name : `${parentPath}/${object.name}`;
    const isCamera = text('Camera') !== undefined;
    const { position, rotation } = placement;
    const isMainCamera = isCamera && object.tag === 'MainCamera';
    objects.push({ name: object.name, path, position, rotation, isCamera, isMainCamera });
    if (text('Light') !== undefined) sun = rotate(rotation, [0, 0, -1]);
    const kind = kinds[Number(/m_Mesh: \{fileID: (\d+)/.exec(text('MeshFilter') ?? '')?.[1])];
    const renderer = text('MeshRenderer');
    if (kind !== undefined && renderer !== undefined) shapes.push({ kind, ...placement, color: colorOf(renderer) });
    for (const child of object.children) visit(child, placement, path);
  }

  for (const root of roots) visit(root, { position: [0, 0, 0], rotation: [0, 0, 0, 1], scale: [1, 1, 1] }, '');
  return { shapes, objects, sun };
}

interface Placement {
  readonly position: Vec3;
  readonly rotation: Quaternion;
  readonly scale: Vec3;
}
