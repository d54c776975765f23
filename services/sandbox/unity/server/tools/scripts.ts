import { posix } from 'node:path';
import { isRecord, textOf, type Body } from '../../editor/reply.ts';
import type { SendOutcome } from '../editorLink.ts';
import { toResult } from '../result.ts';
import { splitScriptUri } from './scriptUri.ts';
import { sendScriptWrite } from './scriptWrites.ts';
import type { Tool, ToolCall } from './types.ts';

/** create_script, delete_script, validate_script, get_sha, manage_script. */
export const createScript: Tool = async (args, call) => {
  const path = textOf(args, 'path');
  await call.info(`Processing create_script: ${path}`);
  const clean = path.replaceAll('\\', '/');
  if (!clean.toLowerCase().startsWith('assets/')) {
    return refuse('path_outside_assets', `path must be under 'Assets/'; got '${path}'.`);
  }
  if (clean.split('/').includes('..') || clean.startsWith('/')) {
    return refuse('bad_path', 'path must not contain traversal or be absolute.');
  }
  if (!clean.toLowerCase().endsWith('.cs')) return refuse('bad_extension', 'script file must end with .cs.');
  const outcome = await create(call, posix.basename(clean, '.cs'), posix.dirname(clean), args);
  return toResult(outcome.body);
};

async function create(call: ToolCall, name: string, folder: string, args: Body): Promise<SendOutcome> {
  const contents = textOf(args, 'contents');
  const params = {
    action: 'create',
    name,
    path: folder,
    ...optional('scriptType', args['script_type']),
    ...optional('namespace', args['namespace']),
    encodedContents: Buffer.from(contents, 'utf8').toString('base64'),
    contentsEncoded: true,
  };
  return await sendScriptWrite(call, params, async () => {
    const { body } = await call.link.send('manage_script', { action: 'read', name, path: folder });
    const data = isRecord(body['data']) ? body['data'] : {};
    if (body['success'] !== true || data['contents'] !== contents) return null;
    return { success: true, message: 'Script created (verified after domain reload).', data };
  });
}

export const deleteScript: Tool = async (args, call) => {
  const uri = textOf(args, 'uri');
  await call.info(`Processing delete_script: ${uri}`);
  const { name, folder } = splitScriptUri(uri);
  if (!isUnderAssets(folder)) return refuse('path_outside_assets', "URI must resolve under 'Assets/'.");
  const { body } = await remove(call, name, folder);
  return toResult(body);
};

function remove(call: ToolCall, name: string, folder: string): Promise<SendOutcome> {
  return sendScriptWrite(call, { action: 'delete', name, path: folder }, async () => {
    const { body } = await call.link.send('manage_script', { action: 'read', name, path: folder });
    const isGone = body['success'] === false && textOf(body, 'error').startsWith('Script not found');
    return isGone ? { success: true, message: 'Script deleted (verified after domain reload).' } : null;
  });
}

export const validateScript: Tool = async (args, call) => {
  const uri = textOf(args, 'uri');
  await call.info(`Processing validate_script: ${uri}`);
  const { name, folder } = splitScriptUri(uri);
  if (!isUnderAssets(folder)) return refuse('path_outside_assets', "URI must resolve under 'Assets/'.");
  const level = textOf(args, 'level', 'basic');
  const { body } = await call.link.send('manage_script', { action: 'validate', name, path: folder, level });
  if (body['success'] !== true || !isRecord(body['data'])) return toResult(body);
  const diagnostics = Array.isArray(body['data']['diagnostics']) ? body['data']['diagnostics'].filter(isRecord) : [];
  const count = (severity: string): number => diagnostics.filter((item) => item['severity'] === severity).length;
  const summary = { warnings: count('warning'), errors: count('error') };
  const data = args['include_diagnostics'] === true ? { diagnostics, summary } : summary;
  return toResult({ success: true, data });
};

export const getSha: Tool = async (args, call) => {
  const uri = textOf(args, 'uri');
  await call.info(`Processing get_sha: ${uri}`);
  const { name, folder } = splitScriptUri(uri);
  const { body } = await call.link.send('manage_script', { action: 'get_sha', name, path: folder });
  if (body['success'] !== true || !isRecord(body['data'])) return toResult(body);
  const { sha256, lengthBytes } = body['data'];
  return toResult({ success: true, data: { sha256, lengthBytes } });
};

export const manageScript: Tool = async (args, call) => {
  const action = textOf(args, 'action');
  await call.info(`Processing manage_script: ${action}`);
  const name = textOf(args, 'name');
  const folder = textOf(args, 'path');
  if (action === 'create') return toResult((await create(call, name, folder, args)).body);
  if (action === 'delete') return toResult((await remove(call, name, folder)).body);
  const { body } = await call.link.send('manage_script', { action, name, path: folder });
  const data = isRecord(body['data']) ? body['data'] : undefined;
  if (data?.['contentsEncoded'] !== true) return toResult(body);
  const { uri, path, contents } = data;
  return toResult({ ...body, data: { uri, path, contents } });
};

function refuse(code: string, message: string): ReturnType<typeof toResult> {
  return toResult({ success: false, code, message });
}

function isUnderAssets(folder: string): boolean {
  return folder.toLowerCase() === 'assets' || folder.toLowerCase().startsWith('assets/');
}

export function optional(key: string, value: unknown): Body {
  return value === undefined || value === null ? {} : { [key]: value };
}
