import { describe, expect, it } from 'vitest';
import { makeRegistry, toolsOf } from './registry.ts';

describe("the model's tool list", () => {
  const tools = toolsOf(makeRegistry());

  it('has the functions of the contract', () => {
    expect(tools.map((tool) => tool.name)).toEqual([
      'generateUnityScript',
      'applyUnityPatch',
      'renderUnityPreview',
      'ingestUnityAsset',
      'deconstructUnityAsset',
      'runUnityBuild',
      'readUnityScript',
      'readUnityConsole',
      'searchUnityAssets',
      'getUnityEditorState',
      'listUnityScene',
      'getUnityBuildStatus',
      'createUnityObject',
      'setUnityComponent',
      'deleteUnityAsset',
      'runUnityTests',
    ]);
  });

  it('describes arguments as objects without $schema, with defaults left optional', () => {
    for (const tool of tools) {
      expect(tool.parameters).toMatchObject({ type: 'object', additionalProperties: false });
      expect(tool.parameters).not.toHaveProperty('$schema');
      expect(tool.description.length).toBeGreaterThan(20);
    }
    const build = tools.find((tool) => tool.name === 'runUnityBuild');
    expect(build?.parameters['required']).toEqual(['target']);
  });
});
