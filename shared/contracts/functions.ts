/**
 * Arguments and results of every function the model may call. The registry in `services/bridge/functions` binds each to
 * its effect, policy, time limit and handler; the model's tool list is derived from these schemas.
 */
export * from './functions/assets.ts';
export * from './functions/builds.ts';
export * from './functions/compile.ts';
export * from './functions/editor.ts';
export * from './functions/preview.ts';
export * from './functions/scene.ts';
export * from './functions/scripts.ts';
