import { setTimeout as sleep } from 'node:timers/promises';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { isRecord, textOf, type Body } from '../../editor/reply.ts';
import type { ServerWaits } from '../editorLink.ts';
import { chooseBodyWithoutNames } from '../instances.ts';
import { toResult, toWrappedResult } from '../result.ts';
import { normalizeEdits } from './normalizeEdits.ts';

/**
 * What the tools that are sent only once answer when several editors are open and none was chosen: a list without
 * names, and a script write only after the whole wait for an editor that it cannot ask. Undefined for every other tool.
 */
export async function refuseUnchosen(
  tool: string,
  args: Body,
  waits: ServerWaits,
): Promise<CallToolResult | undefined> {
  if (tool === 'refresh_unity') return toWrappedResult(chooseBodyWithoutNames);
  const isScriptAction = tool === 'manage_script' && ['create', 'delete'].includes(textOf(args, 'action'));
  if (!isScriptAction && !['create_script', 'delete_script', 'apply_text_edits'].includes(tool)) return undefined;
  await sleep(waits.readyMs);
  if (tool !== 'apply_text_edits') return toResult(chooseBodyWithoutNames);
  const given = Array.isArray(args['edits']) ? args['edits'].filter(isRecord) : [];
  const normalized = normalizeEdits(given, '', args['strict'] === true);
  if (normalized.kind === 'refused') return toResult(normalized.body);
  const data = isRecord(chooseBodyWithoutNames['data']) ? chooseBodyWithoutNames['data'] : {};
  return toResult({ ...chooseBodyWithoutNames, data: { ...data, normalizedEdits: normalized.edits } });
}
