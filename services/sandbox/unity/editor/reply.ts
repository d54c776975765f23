/**
 * The plugin's vocabulary: commands as the MCP server sends them over `/hub/plugin`, replies as `Helpers/Response.cs`
 * builds them. A failed Unity command is still `status: "success"` on the wire; look at `result.success`.
 */
export type Body = Readonly<Record<string, unknown>>;

export interface PluginCommand {
  readonly name: string;
  readonly params: Body;
}

export type PluginReply =
  | { readonly status: 'success'; readonly result: Body }
  | { readonly status: 'error'; readonly error: string; readonly command?: string; readonly stackTrace?: null };

/** `{success:true, message, data?}`. */
export function succeed(message: string, data?: unknown): Body {
  return { success: true, message, ...(data === undefined ? {} : { data }) };
}

/** `{success:false, code, error, data?}`: Unity puts the same text, or slug, into both. */
export function fail(error: string, data?: unknown): Body {
  return { success: false, code: error, error, ...(data === undefined ? {} : { data }) };
}

/** `{success:true, _mcp_status:"pending", ...}`: not finished although `success` is true. */
export function pending(message: string, pollSeconds: number, data: unknown): Body {
  return { success: true, _mcp_status: 'pending', _mcp_poll_interval: pollSeconds, message, data };
}

/** A parameter as text, `fallback` when it is absent or of another type. */
export function textOf(params: Body, key: string, fallback = ''): string {
  const value = params[key];
  return typeof value === 'string' ? value : fallback;
}

/** A parameter as a whole number; numeric text counts. Undefined when it is neither. */
export function integerOf(params: Body, key: string): number | undefined {
  const value = params[key];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}

export function isRecord(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
