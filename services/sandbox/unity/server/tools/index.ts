import { manageCamera } from './camera.ts';
import { batchExecute, getTestJob, manageComponents, manageGameObject, runTests } from './gameObjects.ts';
import { manageAsset, manageBuild, managePrefabs, manageScene, readConsole } from './reads.ts';
import { refreshUnity } from './refresh.ts';
import { createScript, deleteScript, getSha, manageScript, validateScript } from './scripts.ts';
import { applyTextEdits } from './textEdits.ts';
import type { Tool } from './types.ts';

/** Every tool that works on one editor, by its name. */
export const editorTools: Readonly<Record<string, Tool>> = {
  apply_text_edits: applyTextEdits,
  batch_execute: batchExecute,
  create_script: createScript,
  delete_script: deleteScript,
  get_sha: getSha,
  get_test_job: getTestJob,
  manage_asset: manageAsset,
  manage_build: manageBuild,
  manage_camera: manageCamera,
  manage_components: manageComponents,
  manage_gameobject: manageGameObject,
  manage_prefabs: managePrefabs,
  manage_scene: manageScene,
  manage_script: manageScript,
  read_console: readConsole,
  refresh_unity: refreshUnity,
  run_tests: runTests,
  validate_script: validateScript,
};
