import { ProtocolError, Server, type ServerContext } from '@modelcontextprotocol/server';
import { isRecord, type Body } from '../editor/reply.ts';
import type { Catalog } from './catalog.ts';
import type { EditorLink, ServerWaits } from './editorLink.ts';
import { makeInstanceChooser, toRefusal } from './instances.ts';
import { readResource } from './resources.ts';
import { toErrorResult } from './result.ts';
import { editorTools } from './tools/index.ts';
import { refuseUnchosen } from './tools/unchosen.ts';
import { validateArguments } from './validateArguments.ts';

/** Protocol versions of the real server, newest first. */
export const protocolVersions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];
const resourceNotFound = -32_002;
const keyRequired = 'API key authentication required. Provide a valid X-API-Key header.';

/** The MCP server of one MCP session: captured lists, tools on the links, its own choice of an editor. */
export function makeMcpSession(options: {
  readonly catalog: Catalog;
  readonly links: readonly EditorLink[];
  readonly waits: ServerWaits;
  readonly sessionId: () => string;
  /** Remote-hosted mode: the X-API-Key that every request after `initialize` must carry. */
  readonly remoteApiKey?: string;
}): Server {
  const { catalog, links, waits } = options;
  const chooser = makeInstanceChooser(links, waits, { mustChoose: options.remoteApiKey !== undefined });
  const isRefused = (context: ServerContext): boolean =>
    options.remoteApiKey !== undefined && context.http?.req?.headers.get('x-api-key') !== options.remoteApiKey;
  const requireKey = (context: ServerContext): void => {
    if (isRefused(context)) throw new ProtocolError(0, keyRequired);
  };
  const server = new Server(catalog.serverInfo, {
    instructions: catalog.instructions,
    supportedProtocolVersions: protocolVersions,
    capabilities: {
      experimental: {},
      logging: {},
      prompts: { listChanged: true },
      resources: { subscribe: false, listChanged: true },
      tools: { listChanged: true },
    },
  });

  server.setRequestHandler('tools/list', (_request, context) => {
    requireKey(context);
    return { tools: catalog.tools };
  });
  server.setRequestHandler('prompts/list', () => ({ prompts: [] }));
  server.setRequestHandler('resources/list', () => ({ resources: catalog.resources }));
  server.setRequestHandler('resources/read', async ({ params }, context) => {
    requireKey(context);
    const text = await during(params.uri, () => readResource(params.uri, links, chooser));
    if (text === null) {
      throw new ProtocolError(resourceNotFound, `Resource not found: Unknown resource: '${params.uri}'`);
    }
    return { contents: [{ uri: params.uri, mimeType: 'text/plain', text }] };
  });
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    if (isRefused(context)) return toErrorResult(keyRequired);
    const entry = catalog.tools.find((tool) => tool.name === params.name);
    if (entry === undefined) return toErrorResult(`Unknown tool: '${params.name}'`);
    const { unity_instance: named, ...args }: Body = isRecord(params.arguments) ? params.arguments : {};
    const problem = validateArguments(params.name, entry.inputSchema, args);
    if (problem !== null) return toErrorResult(problem);
    if (params.name === 'set_active_instance') return chooser.setActive(args, options.sessionId());
    const tool = editorTools[params.name];
    if (tool === undefined) return toErrorResult(`Unknown tool: '${params.name}'`);
    const choice = await chooser.choose(typeof named === 'string' ? named : undefined);
    if (choice.kind === 'refused') {
      return (await refuseUnchosen(params.name, args, waits)) ?? toRefusal(choice);
    }
    if (choice.kind === 'unknown') return toRefusal(choice);
    const { link, isPinned } = choice;
    const info = (text: string): Promise<void> => sendInfo(context, text, chooser.label());
    return await during(params.name, () => tool(args, { link, isPinned, info }));
  });
  return server;

  async function during<T>(what: string, work: () => T | Promise<T>): Promise<T> {
    const end = links[0]?.editor.activity.begin(what);
    try {
      return await work();
    } finally {
      end?.();
    }
  }
}

async function sendInfo(context: ServerContext, text: string, instance: string): Promise<void> {
  await context.mcpReq.notify({
    method: 'notifications/message',
    params: { level: 'info', data: { msg: `${text} (unity_instance=${instance})`, extra: null } },
  });
}
