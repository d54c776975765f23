import { isRecord, textOf, type Body } from '../../editor/reply.ts';
import { toErrorResult, toResult } from '../result.ts';
import { normalizeEdits, type NormalizedEdit } from './normalizeEdits.ts';
import { splitScriptUri } from './scriptUri.ts';
import { sendScriptWrite } from './scriptWrites.ts';
import type { Tool } from './types.ts';

/** apply_text_edits: checks and normalises on the server side, then sends, and adds `normalizedEdits` to the reply. */
export const applyTextEdits: Tool = async (args, call) => {
  const uri = textOf(args, 'uri');
  await call.info(`Processing apply_text_edits: ${uri}`);
  const { name, folder } = splitScriptUri(uri);
  const where = { name, path: folder };
  const given = Array.isArray(args['edits']) ? args['edits'].filter(isRecord) : [];
  const needsText = given.some((edit) => !('startLine' in edit));
  const current = needsText ? await call.link.send('manage_script', { action: 'read', ...where }) : undefined;
  if (current !== undefined && current.body['success'] !== true) return toResult(current.body);
  const data = current?.body['data'];
  const normalized = normalizeEdits(given, isRecord(data) ? textOf(data, 'contents') : '', args['strict'] === true);
  if (normalized.kind === 'refused') return toResult(normalized.body);
  const { edits, warnings } = normalized;
  const options = isRecord(args['options']) ? args['options'] : {};
  if (options['debug_preview'] === true) {
    const preview = { normalizedEdits: edits, ...(warnings.length > 0 ? { warnings } : {}), preview: true };
    return toResult({ success: true, message: 'Preview only (no write)', data: preview });
  }
  const conflict = findConflict(edits);
  if (conflict !== undefined) {
    return toResult({ success: false, code: 'overlap', data: { status: 'overlap', conflicts: [conflict] } });
  }
  const expected = args['precondition_sha256'];
  const params = {
    action: 'apply_text_edits',
    ...where,
    edits,
    ...(typeof expected === 'string' ? { precondition_sha256: expected } : {}),
    options: edits.length > 1 && !('applyMode' in options) ? { ...options, applyMode: 'atomic' } : options,
  };
  const { body } = await sendScriptWrite(call, params, async () => {
    const sha = await call.link.send('manage_script', { action: 'get_sha', ...where });
    const found = isRecord(sha.body['data']) ? sha.body['data']['sha256'] : undefined;
    // The real server looks only whether the sha changed, not whether it is the intended one.
    if (found === undefined || found === expected) return null;
    return { success: true, message: 'Edit applied (verified after domain reload).', data: {} };
  });
  if (body['data'] === null) {
    // The real server's own crash: the reason in `body` never reaches the client.
    return toErrorResult("Error calling tool 'apply_text_edits': 'NoneType' object has no attribute 'setdefault'");
  }
  const result = isRecord(body['data']) ? body['data'] : {};
  return toResult(withData(body, { ...result, normalizedEdits: edits, ...(warnings.length > 0 ? { warnings } : {}) }));
};

/** Keeps the place of `data` among the keys; adds it at the end where Unity sent none. */
function withData(body: Body, data: Body): Body {
  return { ...body, data };
}

function findConflict(edits: readonly NormalizedEdit[]): Body | undefined {
  const before = (lineA: number, colA: number, lineB: number, colB: number): boolean =>
    lineA < lineB || (lineA === lineB && colA < colB);
  const ordered = edits.toSorted((a, b) => a.startLine - b.startLine || a.startCol - b.startCol);
  for (const [index, second] of ordered.entries()) {
    const first = ordered[index - 1];
    if (first === undefined || !before(second.startLine, second.startCol, first.endLine, first.endCol)) continue;
    return {
      startA: { line: first.startLine, col: first.startCol },
      endA: { line: first.endLine, col: first.endCol },
      startB: { line: second.startLine, col: second.startCol },
      endB: { line: second.endLine, col: second.endCol },
    };
  }
  return undefined;
}
