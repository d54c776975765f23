import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocuments, parseYamlText } from './unityYaml.ts';
import { treeOfDocuments } from './yamlTree.ts';

const prefab = `%YAML 1.1
%TAG !u! tag:unity3d.com,2011:
--- !u!1 &5678901234567890123
GameObject:
  m_ObjectHideFlags: 0
  serializedVersion: 6
  m_Component:
  - component: {fileID: 4}
  - component: {fileID: 114}
  m_Layer: 8
  m_Name: "Player \\u00e9"
  m_TagString: Player
  m_IsActive: 1
--- !u!4 &4
Transform:
  m_GameObject: {fileID: 5678901234567890123}
  m_LocalRotation: {x: 0, y: 0.7071068, z: 0, w: 0.7071068}
  m_LocalPosition: {x: 1.5, y: -2e-05, z: 0}
  m_LocalScale: {x: 1, y: 1, z: 1}
  m_Children:
  - {fileID: 40}
  m_Father: {fileID: 0}
--- !u!114 &114
MonoBehaviour:
  m_Enabled: 0
  m_GameObject: {fileID: 5678901234567890123}
  m_Script: {fileID: 11500000, guid: 11111111111111111111111111111111, type: 3}
  speed: 5
  near clip plane: 0.3
  title: 'It''s a long
    title'
  target: {fileID: 40}
  icon: {fileID: 21300000, guid: 0123456789abcdef0123456789abcdef,
    type: 3}
  curve:
    m_Curve:
    - time: 0
      value: 1
    - time: 1
      value: 2
    m_PreInfinity: 2
  empty: []
  nothing:
  bounds:
  - - 1
    - 2
  - - 3
--- !u!4 &40 stripped
Transform:
  m_CorrespondingSourceObject: {fileID: 4, guid: 22222222222222222222222222222222, type: 3}
  m_PrefabInstance: {fileID: 1001}
--- !u!1001 &1001
PrefabInstance:
  m_Modification:
    m_TransformParent: {fileID: 4}
    m_Modifications:
    - target: {fileID: 4, guid: 22222222222222222222222222222222, type: 3}
      propertyPath: m_LocalPosition.x
      value: 3
      objectReference: {fileID: 0}
    - target: {fileID: 1, guid: 22222222222222222222222222222222, type: 3}
      propertyPath: m_Name
      value: Sword
      objectReference: {fileID: 0}
  m_SourcePrefab: {fileID: 100100000, guid: 22222222222222222222222222222222, type: 3}
`;
const paths: Readonly<Record<string, string>> = {
  '11111111111111111111111111111111': 'Assets/Scripts/Hero.cs',
  '22222222222222222222222222222222': 'Assets/Prefabs/Weapon.prefab',
};

describe("Unity's YAML", () => {
  it('is read into the tree with transforms, values, references and nested prefabs', () => {
    const { hierarchy, unreadable } = treeOfDocuments(parseDocuments(prefab) ?? [], (guid) => paths[guid] ?? null);
    expect(hierarchy).toEqual([
      {
        id: '0',
        fileId: '5678901234567890123',
        name: 'Player é',
        active: true,
        tag: 'Player',
        layer: 8,
        transform: { position: [1.5, -0.00002, 0], rotation: [0, 90, 0], scale: [1, 1, 1] },
        components: [
          { type: 'Transform' },
          {
            type: 'Hero',
            enabled: false,
            scriptPath: 'Assets/Scripts/Hero.cs',
            properties: {
              speed: 5,
              'near clip plane': 0.3,
              title: "It's a long title",
              target: { fileId: '40' },
              icon: { guid: '0123456789abcdef0123456789abcdef', fileId: '21300000' },
              curve: {
                m_Curve: [
                  { time: 0, value: 1 },
                  { time: 1, value: 2 },
                ],
                m_PreInfinity: 2,
              },
              empty: [],
              nothing: null,
              bounds: [[1, 2], [3]],
            },
          },
        ],
        children: [
          {
            id: '0/0',
            fileId: '1001',
            name: 'Sword',
            active: true,
            components: [],
            prefabPath: 'Assets/Prefabs/Weapon.prefab',
            transform: { position: [3, 0, 0], rotation: [0, 0, 0], scale: [1, 1, 1] },
            children: [],
          },
        ],
      },
    ]);
    expect(unreadable.map(({ what }) => what)).toEqual(['insides of nested prefabs']);
  });

  it('keeps ids and guids exactly, and the importer settings of a .meta', () => {
    const meta =
      'fileFormatVersion: 2\nguid: 00000000000000001234567890123456\nTextureImporter:\n  maxTextureSize: 2048\n  userData: \n';
    expect(parseYamlText(meta)).toEqual({
      fileFormatVersion: 2,
      guid: '00000000000000001234567890123456',
      TextureImporter: { maxTextureSize: 2048, userData: null },
    });
  });

  it('of any form never throws and never runs away', () => {
    const piece = fc.constantFrom(
      '- ',
      '  ',
      'a: ',
      'b:',
      '{',
      '}',
      '[',
      "'",
      '"',
      'x',
      ': ',
      ',',
      '\n',
      '--- !u!1 &1\n',
      '-',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = `%YAML 1.1\n--- !u!1 &7\nGameObject:\n${pieces.join('')}`;
        treeOfDocuments(parseDocuments(text) ?? [], () => null);
        parseYamlText(pieces.join(''));
      }),
      { numRuns: 1_000 },
    );
    expect(parseDocuments('\u0000binary')).toBeNull();
    const deep = Array.from({ length: 5_000 }, (_, depth) => `${' '.repeat(depth)}k:`).join('\n');
    expect(parseYamlText(deep)).toHaveProperty('k');
    const cycle = prefab
      .replace('m_Father: {fileID: 0}', 'm_Father: {fileID: 4}')
      .replace('- {fileID: 40}', '- {fileID: 4}');
    expect(treeOfDocuments(parseDocuments(cycle) ?? [], () => null).unreadable[0]?.why).toMatch(/where they belong/);
  });

  it('gives back the numbers and texts of a mapping', () => {
    const key = fc.stringMatching(/^[a-zA-Z_][\w ]{0,8}\w$/);
    const text = fc.stringMatching(/^[ -~]{0,12}$/);
    const value = fc.oneof(fc.integer(), text);
    fc.assert(
      fc.property(fc.dictionary(key, fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 }))), (map) => {
        const scalar = (each: string | number): string =>
          typeof each === 'number' ? String(each) : `'${each.replaceAll("'", "''")}'`;
        const lines = Object.entries(map).flatMap(([name, each]) =>
          Array.isArray(each) ? [`${name}:`, ...each.map((item) => `- ${scalar(item)}`)] : [`${name}: ${scalar(each)}`],
        );
        expect(parseYamlText(lines.join('\n'))).toEqual({ ...map });
      }),
    );
  });
});
