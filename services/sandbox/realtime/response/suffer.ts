import { isSocketFault, rateLimitMessage, type Fault } from '../faults.ts';
import { cancelledBy, type Ending, type ResponseOptions } from './object.ts';

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const passed = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });

/** Lets a fault happen: an ending when it ends the response, `gone` when the socket is lost, null when it goes on. */
export async function suffer(
  options: ResponseOptions,
  fault: Fault,
  disorder: (group: number) => void,
): Promise<Ending | 'gone' | null> {
  if (isSocketFault(fault)) {
    options.hit(fault);
    return 'gone';
  }
  switch (fault.kind) {
    case 'stall':
      await aborted(options.signal);
      return cancelledBy(options.signal);
    case 'pause':
      await passed(fault.ms, options.signal);
      return null;
    case 'fail':
      return failed({ type: fault.type ?? 'server_error', code: fault.code, message: fault.message });
    case 'rate_limited': {
      const message = rateLimitMessage(options.model, fault.retryAfterMs);
      const reset = { limit: 200_000, remaining: 0, reset_seconds: fault.retryAfterMs / 1_000 };
      options.send('rate_limits.updated', { rate_limits: [{ name: 'tokens', ...reset }] });
      return failed({ type: 'tokens', code: 'rate_limit_exceeded', message });
    }
    case 'incomplete':
      return { status: 'incomplete', details: { type: 'incomplete', reason: fault.reason } };
    case 'error': {
      const { code, message, type = 'server_error' } = fault;
      options.send('error', { error: { type, code, message, param: null, event_id: null } });
      return null;
    }
    case 'raw':
      options.sendFrame(fault.frame);
      return null;
    case 'event':
      options.send(fault.type, fault.fields ?? {});
      return null;
    case 'disorder':
      disorder(fault.group);
      return null;
    case 'transcription_failed':
      options.failNextTranscription();
      return null;
  }
}

const failed = (error: Readonly<Record<string, string>>): Ending => ({
  status: 'failed',
  details: { type: 'failed', error },
});
