import {
  maxRequestBytes,
  requestFrameSchema,
  type ApiResult,
  type PushedEvent,
  type ResponseFrame,
} from '../../../shared/contracts/index.ts';
import type { DispatchRequest } from '../../../shared/node/api/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { pushChannel, requestChannel } from './channels.ts';
import { isLargerThan } from './messageSize.ts';
import { refuseSender, type SenderEvent } from './sender.ts';

/** The windows that main opened and has not lost. */
export interface KnownWindows {
  has(webContentsId: number): boolean;
  /** Sends to every window; a window that is closing is left out. */
  send(channel: string, ...parameters: readonly unknown[]): void;
}

export interface IpcOptions {
  readonly ipcMain: {
    handle(
      channel: string,
      listener: (event: SenderEvent, ...parameters: unknown[]) => Promise<ApiResult<unknown>>,
    ): void;
    removeHandler(channel: string): void;
  };
  readonly dispatch: DispatchRequest;
  readonly subscribe: (listener: (event: PushedEvent) => void) => () => void;
  readonly windows: KnownWindows;
  readonly logger: Logger;
}

/**
 * The IPC transport: one invoke channel for requests, one push channel for events. Errors are answers: the promise that
 * the window waits for never rejects. Returns a function that ends the service.
 */
export function serveApi(options: IpcOptions): () => void {
  const { ipcMain, dispatch, windows, logger } = options;

  ipcMain.handle(requestChannel, async (event, route, input) => {
    const refusal = refuseSender(event, (id) => windows.has(id));
    if (refusal !== undefined) {
      logger.warn({ refusal }, 'a message was refused');
      return failure('unauthorized', 'This page may not talk to SPARK.');
    }
    if (isLargerThan([route, input], maxRequestBytes)) {
      logger.warn('a message was larger than any request');
      const limit = `${maxRequestBytes / 1_048_576} MiB`;
      return failure('invalid_input', `That is larger than ${limit}, so it was not read. Nothing was changed.`);
    }
    const frame = requestFrameSchema.safeParse({ kind: 'request', id: 0, route, input });
    if (!frame.success) return failure('invalid_input', 'That is not a request.');
    return toResult(await dispatch(frame.data));
  });
  const unsubscribe = options.subscribe((event) => windows.send(pushChannel, event.name, event.payload));

  return () => {
    unsubscribe();
    ipcMain.removeHandler(requestChannel);
  };
}

const failure = (code: string, message: string): ApiResult<unknown> => ({ ok: false, error: { code, message } });

const toResult = (response: ResponseFrame): ApiResult<unknown> =>
  response.ok ? { ok: true, output: response.output } : { ok: false, error: response.error };
