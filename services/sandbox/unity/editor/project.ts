import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PNG } from 'pngjs';
import { readText, writeText } from './files.ts';
import { writeUnityYaml, type ObjectSpec } from './unityYamlWriter.ts';

/** A small Unity project made from code. What is there already is left as it is. */
export const sampleUnityVersion = '6000.0.58f2';
export const samplePaths = {
  scene: 'Assets/Scenes/SampleScene.unity',
  playerPrefab: 'Assets/Prefabs/Player.prefab',
  playerScript: 'Assets/Scripts/PlayerController.cs',
  crateTexture: 'Assets/Textures/Crate.png',
} as const;

const materials = {
  Ground: [0.42, 0.49, 0.36],
  Crate: [0.62, 0.43, 0.25],
  Stone: [0.56, 0.57, 0.6],
  Player: [0.2, 0.45, 0.8],
} as const;
const materialPath = (name: keyof typeof materials): string => `Assets/Materials/${name}.mat`;

/** Makes whatever of the sample project is missing in `projectDir`. */
export function ensureProject(projectDir: string): void {
  const files: Readonly<Record<string, string>> = {
    'ProjectSettings/ProjectVersion.txt': `m_EditorVersion: ${sampleUnityVersion}\nm_EditorVersionWithRevision: ${sampleUnityVersion} (000000000000)\n`,
    'ProjectSettings/EditorBuildSettings.asset': buildSettings,
    'Packages/manifest.json': '{\n  "dependencies": {\n    "com.unity.ugui": "2.0.0"\n  }\n}\n',
    [samplePaths.scene]: writeUnityYaml(sceneObjects),
    [samplePaths.playerPrefab]: writeUnityYaml([player]),
    ...Object.fromEntries(
      Object.entries(materials).map(([name, color]) => [`Assets/Materials/${name}.mat`, materialText(name, color)]),
    ),
  };
  for (const [path, text] of Object.entries(files)) {
    if (readText(join(projectDir, path)) === null) writeText(join(projectDir, path), text);
  }
  mkdirSync(join(projectDir, 'Assets/Scripts'), { recursive: true });
  const texture = join(projectDir, samplePaths.crateTexture);
  if (readText(texture) === null) {
    mkdirSync(dirname(texture), { recursive: true });
    writeFileSync(texture, crateTexture());
  }
}

const player: ObjectSpec = {
  name: 'Player',
  tag: 'Player',
  components: ['Rigidbody'],
  script: samplePaths.playerScript,
  children: [
    {
      name: 'Body',
      position: [0, 1, 0],
      mesh: 'Capsule',
      material: materialPath('Player'),
      children: [{ name: 'Head', position: [0, 0.75, 0] }],
    },
    { name: 'Weapon', position: [0.5, 1, 0.4] },
  ],
};

const crate = (name: string, position: readonly [number, number, number], yaw: number, size: number): ObjectSpec => ({
  name,
  position,
  rotation: [0, yaw],
  scale: [size, size, size],
  mesh: 'Cube',
  material: materialPath('Crate'),
});

const sceneObjects: readonly ObjectSpec[] = [
  {
    name: 'Main Camera',
    tag: 'MainCamera',
    position: [0, 2.3, -6.2],
    rotation: [12, 0],
    components: ['Camera', 'AudioListener'],
  },
  { name: 'Directional Light', position: [0, 3, 0], rotation: [50, -30], components: ['Light'] },
  { name: 'Ground', scale: [8, 1, 8], mesh: 'Plane', material: materialPath('Ground') },
  {
    name: 'Level',
    children: [
      crate('Crate', [-2.6, 0.6, 1.4], 24, 1.2),
      crate('Crate (1)', [-1.5, 0.4, 2.6], -12, 0.8),
      {
        name: 'Boulder',
        position: [2.9, 0.7, 2.2],
        scale: [1.5, 1.5, 1.5],
        mesh: 'Sphere',
        material: materialPath('Stone'),
      },
      {
        name: 'Wall',
        position: [1.2, 0.9, 7],
        rotation: [0, 8],
        scale: [6, 1.8, 0.5],
        mesh: 'Cube',
        material: materialPath('Stone'),
      },
    ],
  },
];

const buildSettings = `%YAML 1.1
%TAG !u! tag:unity3d.com,2011:
--- !u!1045 &1
EditorBuildSettings:
  m_Scenes:
  - enabled: 1
    path: ${samplePaths.scene}
`;

function materialText(name: string, [r, g, b]: readonly [number, number, number]): string {
  return `%YAML 1.1
%TAG !u! tag:unity3d.com,2011:
--- !u!21 &2100000
Material:
  m_Name: ${name}
  m_SavedProperties:
    m_Colors:
    - _BaseColor: {r: ${r}, g: ${g}, b: ${b}, a: 1}
`;
}

function crateTexture(): Buffer {
  const png = new PNG({ width: 64, height: 64 });
  for (let index = 0; index < 64 * 64; index += 1) {
    const [x, y] = [index % 64, Math.floor(index / 64)];
    const isFrame = x < 6 || y < 6 || x > 57 || y > 57 || Math.abs(x - y) < 4;
    const shade = (isFrame ? 0.7 : 1) * (y % 16 === 0 ? 0.8 : 1);
    png.data.set([158 * shade, 110 * shade, 64 * shade, 255], index * 4);
  }
  return PNG.sync.write(png);
}
