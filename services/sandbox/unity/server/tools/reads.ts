import { isRecord, textOf, type Body } from '../../editor/reply.ts';
import { toResult } from '../result.ts';
import { ensureReady } from './preflight.ts';
import { optional } from './scripts.ts';
import type { Tool } from './types.ts';

/** read_console, manage_asset, manage_prefabs, manage_scene, manage_build: parameters mapped, replies passed on. */
export const readConsole: Tool = async (args, call) => {
  const action = textOf(args, 'action', 'get');
  const count = args['count'];
  const params = {
    action,
    types: listOf(args['types']) ?? ['error', 'warning', 'log'],
    count: action === 'clear' ? null : Number.isInteger(Number(count ?? Number.NaN)) ? Number(count) : 10,
    ...optional('filterText', args['filter_text']),
    ...optional('pageSize', args['page_size']),
    ...optional('cursor', args['cursor']),
    format: textOf(args, 'format', 'plain').toLowerCase(),
    includeStacktrace: args['include_stacktrace'] === true || args['include_stacktrace'] === 'true',
  };
  return toResult((await call.link.sendFast('read_console', params)).body);
};

export const manageAsset: Tool = async (args, call) => {
  const busy = await ensureReady(call.link);
  if (busy !== null) return toResult(busy);
  const params = {
    action: textOf(args, 'action'),
    path: textOf(args, 'path'),
    ...optional('assetType', args['asset_type']),
    ...optional('properties', args['properties']),
    ...optional('destination', args['destination']),
    generatePreview: args['generate_preview'] === true,
    ...optional('searchPattern', args['search_pattern']),
    ...optional('filterType', args['filter_type']),
    ...optional('filterDateAfter', args['filter_date_after']),
    ...optional('pageSize', args['page_size']),
    ...optional('pageNumber', args['page_number']),
  };
  return toResult((await call.link.send('manage_asset', params)).body);
};

export const managePrefabs: Tool = async (args, call) => {
  const action = textOf(args, 'action');
  const needsPath = ['get_info', 'get_hierarchy', 'modify_contents', 'open_prefab_stage'].includes(action);
  if (needsPath && textOf(args, 'prefab_path') === '') {
    return toResult({ success: false, message: `Action '${action}' requires parameter 'prefab_path'.` });
  }
  const busy = await ensureReady(call.link);
  if (busy !== null) return toResult(busy);
  const params = { action, ...optional('prefabPath', args['prefab_path']) };
  return toResult((await call.link.send('manage_prefabs', params)).body);
};

export const manageScene: Tool = async (args, call) => {
  const busy = await ensureReady(call.link);
  if (busy !== null) return toResult(busy);
  const { include_transform: transform } = args;
  const params = {
    action: textOf(args, 'action'),
    ...optional('name', args['name']),
    ...optional('path', args['path']),
    ...optional('parent', args['parent']),
    ...optional('pageSize', args['page_size']),
    ...optional('cursor', args['cursor']),
    ...(transform === true || transform === 'true' ? { includeTransform: true } : {}),
  };
  return toResult((await call.link.send('manage_scene', params)).body);
};

const buildActions = ['build', 'status', 'platform', 'settings', 'scenes', 'profiles', 'batch', 'cancel'];

export const manageBuild: Tool = async (args, call) => {
  const action = textOf(args, 'action');
  if (!buildActions.includes(action.toLowerCase())) {
    const message = `Unknown action '${action}'. Valid actions: ${buildActions.join(', ')}`;
    return toResult({ success: false, message });
  }
  const development = args['development'];
  const params: Body = {
    action: action.toLowerCase(),
    ...optional('target', args['target']),
    ...optional('output_path', args['output_path']),
    ...optional('scenes', listOf(args['scenes'])),
    ...(typeof development === 'string' ? { development: development.toLowerCase() === 'true' } : {}),
    ...optional('options', listOf(args['options'])),
    ...optional('job_id', args['job_id']),
  };
  return toResult((await call.link.send('manage_build', params)).body);
};

/** A list, JSON text of a list, or comma-separated text. */
function listOf(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    if (Array.isArray(parsed)) return parsed.map(String);
    if (isRecord(parsed)) return undefined;
  } catch {
    // Not JSON: the comma-separated form.
  }
  return value.split(',').map((part) => part.trim());
}
