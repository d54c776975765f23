import {
  routeTable,
  type ApiHandlers,
  type ErrorInfo,
  type RequestFrame,
  type ResponseFrame,
} from '../../contracts/index.ts';
import { AppError, InvariantError, ValidationError, issuesOf } from '../../errors/index.ts';
import type { Logger } from '../logging/index.ts';

/** Answers one request. Never rejects: every failure is a response with `ok: false`. */
export type DispatchRequest = (request: RequestFrame) => Promise<ResponseFrame>;

type Handle = (input: unknown) => Promise<unknown>;

/**
 * The same way in for both transports (Electron IPC, WebSocket): the route is looked up in the closed table, its input
 * is parsed by the route's schema, its handler runs. An AppError crosses as `{ code, message, data }`; anything else is
 * a bug of ours, is logged with its stack, and crosses as `internal` without its text.
 */
export function makeDispatcher(options: { readonly handlers: ApiHandlers; readonly logger: Logger }): DispatchRequest {
  const { logger } = options;
  const handlers = new Map<string, Handle>();
  for (const [name, handler] of Object.entries(options.handlers)) {
    // Each handler only ever receives what its own route's schema returned.
    handlers.set(name, handler as Handle);
  }

  async function run(request: RequestFrame): Promise<unknown> {
    const route = routeTable.get(request.route);
    if (route === undefined) throw new AppError('unknown_route', 'SPARK has no such route.');
    const handle = handlers.get(request.route);
    if (handle === undefined) throw new InvariantError(`No handler for the route ${request.route}.`);
    const input = route.input.safeParse(request.input);
    if (!input.success) throw new ValidationError(`${request.route} was asked wrongly.`, issuesOf(input.error));
    return await handle(input.data);
  }

  return async (request) => {
    try {
      return { kind: 'response', id: request.id, ok: true, output: await run(request) };
    } catch (error) {
      if (!(error instanceof AppError) || error instanceof InvariantError) {
        logger.error({ err: error, route: request.route }, 'a request failed unexpectedly');
      } else {
        logger.debug({ code: error.code, route: request.route }, 'a request was refused');
      }
      return { kind: 'response', id: request.id, ok: false, error: toErrorInfo(error) };
    }
  };
}

function toErrorInfo(error: unknown): ErrorInfo {
  if (!(error instanceof AppError)) {
    return {
      code: 'internal',
      message: 'SPARK failed at this request. Nothing else was lost; the log has the details.',
    };
  }
  const data = plainData(error.data);
  return { code: error.code, message: error.message, ...(data === undefined ? {} : { data }) };
}

/** What both transports can carry: plain JSON. Data that is not (a cycle, a function) is left out, the error is not. */
function plainData(data: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  if (Object.keys(data).length === 0) return undefined;
  try {
    return JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
