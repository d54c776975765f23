import { ProtocolError, SdkHttpError } from '@modelcontextprotocol/client';
import { failureOfBody, failureOfErrorText, type Failure } from './failures.ts';
import { replyBodySchema, type ReplyBody } from './replies.ts';

/** What the SDK returns and throws, translated once: into a reply or a `Failure`. */
export interface Reply {
  readonly kind: 'reply';
  readonly body: ReplyBody;
  /** Set by tools that answer with an image. */
  readonly png: Uint8Array | null;
}
export type CallResult = Reply | Failure;

interface ToolResult {
  readonly isError?: boolean | undefined;
  readonly content: readonly { readonly type: string }[];
}

/** Reads the text block of a tool's result; an image beside it is decoded. */
export function toReply(result: ToolResult): CallResult {
  const text = result.content.find(isText)?.text;
  if (result.isError === true) return failureOfErrorText(text ?? '');
  if (text === undefined) return unreadable('no text block in the reply');
  const image = result.content.find(isImage);
  return toReplyOfText(text, image === undefined ? null : Buffer.from(image.data, 'base64'));
}

export function toReplyOfText(text: string, png: Uint8Array | null): CallResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return unreadable('the reply is not JSON');
  }
  const body = replyBodySchema.safeParse(value);
  if (!body.success) return unreadable('the reply does not have the form of an MCP for Unity reply');
  return failureOfBody(body.data) ?? { kind: 'reply', body: body.data, png };
}

export const unreadable = (message: string): Failure => ({ kind: 'may_have_run', reason: 'reply_unreadable', message });

const isText = (block: { readonly type: string }): block is { type: 'text'; text: string } => block.type === 'text';
const isImage = (block: { readonly type: string }): block is { type: 'image'; data: string } => block.type === 'image';

/** From 500 on the answer may come from a proxy, or from a server that failed after it had passed the call on. */
export function failureOfHttp({ status, message }: SdkHttpError): Failure {
  if (status !== undefined && status >= 500) return { kind: 'server_gone', sent: true, message };
  const isRefused = status === 401 || status === 403;
  return {
    kind: 'failed',
    code: isRefused ? 'unauthorized' : `http_${status}`,
    message: isRefused ? 'The Unity MCP server refuses the token: check UNITY_MCP_TOKEN.' : message,
    data: { status },
  };
}

/** Why no session could be opened; only a refused token is more than "not there". */
export function failureOfConnecting(error: unknown): Failure {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof SdkHttpError && (cause.status === 401 || cause.status === 403)) return failureOfHttp(cause);
    if (cause instanceof ProtocolError) return failureOfProtocol(cause);
  }
  return { kind: 'server_gone', sent: false, message: messageOf(error) };
}

/** A JSON-RPC error: the server refused the request itself (-32002: no such resource). */
export function failureOfProtocol({ code, message }: ProtocolError): Failure {
  if (message.includes('API key')) return { kind: 'failed', code: 'unauthorized', message, data: {} };
  return { kind: 'failed', code: code === -32002 ? 'resource not found' : `rpc_${code}`, message, data: {} };
}

export const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
};

/** Whether the connection was never made, so that the request cannot have been read. */
export function wasRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return (
    typeof code === 'string' && ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].includes(code)
  );
}
