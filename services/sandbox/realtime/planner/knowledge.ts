import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Item } from '../conversation.ts';
import { applyEdits } from './edits.ts';
import { readOutcome, type Outcome } from './outcome.ts';

/** A function call of the conversation with its outcome; null while it is not answered. */
export interface KnownCall {
  readonly callId: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly outcome: Outcome | null;
}

export interface KnownFile {
  readonly path: string;
  /** Null when the file may differ from what was last seen: it must be read again. */
  readonly contents: string | null;
}

/** All that the conversation tells about the project, nothing else is remembered. */
export interface Knowledge {
  /** The file touched last comes last. */
  readonly files: readonly KnownFile[];
  /** Calls after the developer's last message. */
  readonly calls: readonly KnownCall[];
  readonly request: string | null;
  /** Images of the request, and those that came with the results of its calls, as data URLs. */
  readonly pictures: readonly string[];
}

export function learn(items: readonly Item[]): Knowledge {
  const outputs = new Map<string, string>();
  for (const item of items) if (item.type === 'function_call_output') outputs.set(item.call_id, item.output);
  const files = new Map<string, KnownFile>();
  let calls: KnownCall[] = [];
  let request: string | null = null;
  let pictures: string[] = [];
  for (const [index, item] of items.entries()) {
    if (item.type === 'message' && item.role === 'user') {
      const shown = item.content.flatMap((part) => (part.type === 'input_image' ? [part.image_url] : []));
      // A frame that follows the output of a function belongs to it and is no new request.
      const isResult = shown.length > 0 && items[index - 1]?.type === 'function_call_output';
      pictures = isResult ? [...pictures, ...shown] : shown;
      if (isResult) continue;
      request = item.content.map((part) => (part.type === 'input_text' ? part.text : '')).join(' ');
      calls = [];
    } else if (item.type === 'function_call' && item.call_id !== undefined) {
      const output = outputs.get(item.call_id);
      const known: KnownCall = {
        callId: item.call_id,
        name: item.name,
        arguments: argumentsOf(item.arguments),
        outcome: output === undefined ? null : readOutcome(output),
      };
      calls.push(known);
      remember(files, known);
    }
  }
  return { files: [...files.values()], calls, request, pictures };
}

function remember(files: Map<string, KnownFile>, call: KnownCall): void {
  const path = pathOf(call);
  if (call.outcome === null || path === null) return;
  if (call.outcome.kind === 'failed' && files.has(path)) set(files, path, null);
  if (call.outcome.kind !== 'ok') return;
  const { sha256, contents, truncated } = call.outcome.fields;
  if (call.name === 'readUnityScript') {
    set(files, path, truncated === true || call.arguments['startLine'] !== undefined ? null : (contents ?? null));
  } else if (call.name === 'generateUnityScript') {
    set(files, path, sameBytes(asText(call.arguments['contents']), sha256));
  } else if (call.name === 'applyUnityPatch') {
    const before = files.get(path)?.contents ?? null;
    const edits = editsSchema.safeParse(call.arguments['edits']);
    const after = before === null || !edits.success ? null : applyEdits(before, edits.data);
    set(files, path, sameBytes(after, sha256));
  }
}

function set(files: Map<string, KnownFile>, path: string, contents: string | null): void {
  files.delete(path);
  files.set(path, { path, contents });
}

/** The developer may have edited the change before approving it: only the sha of the file tells. */
const sameBytes = (text: string | null, sha256: string | undefined): string | null =>
  text !== null && (sha256 === undefined || createHash('sha256').update(text).digest('hex') === sha256) ? text : null;

const editsSchema = z.array(z.object({ search: z.string(), replace: z.string() }));
const asText = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function pathOf(call: KnownCall): string | null {
  const fromResult = call.outcome?.kind === 'ok' ? call.outcome.fields.path : undefined;
  return fromResult ?? asText(call.arguments['path']);
}

function argumentsOf(json: string): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(json));
  } catch {
    return {};
  }
}
