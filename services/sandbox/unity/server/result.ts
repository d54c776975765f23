import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Body } from '../editor/reply.ts';

/** Shapes of tool results as FastMCP makes them: compact JSON text beside the same object as structured content. */
export function toResult(body: Body): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(body) }], structuredContent: { ...body }, isError: false };
}

/** Tools that declare a union as output are wrapped as `{result}`; their text block is not. */
export function toWrappedResult(body: Body): CallToolResult {
  return {
    _meta: { fastmcp: { wrap_result: true } },
    content: [{ type: 'text', text: JSON.stringify(body) }],
    structuredContent: { result: body },
    isError: false,
  };
}

/** Schema errors, unknown tools and crashes: plain text, no structured content. */
export function toErrorResult(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}

/** The server's own body: every key is present even when null; `hint` only when there is one. */
export function serverBody(fields: {
  readonly success?: boolean;
  readonly message?: string | null;
  readonly error?: string | null;
  readonly data?: unknown;
  readonly hint?: string;
}): Body {
  const { success = false, message = null, error = null, data = null, hint } = fields;
  return { success, message, error, data, ...(hint === undefined ? {} : { hint }) };
}

/** JSON with Python's default separators, as `json.dumps` writes it. */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return `{${fields.map(([key, field]) => `${JSON.stringify(key)}: ${pythonJson(field)}`).join(', ')}}`;
  }
  return JSON.stringify(value);
}
