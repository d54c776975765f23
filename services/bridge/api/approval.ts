import type { ApiHandlers, CallView } from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import type { ApiParts } from './types.ts';

export function approvalRoutes(parts: ApiParts): Pick<ApiHandlers, 'approval.decide' | 'call.cancel'> {
  const { journal, dispatcher } = parts;
  const viewOf = (sessionId: string, callId: string): CallView => {
    const call = journal.calls.get(sessionId, callId);
    if (call === null) {
      throw new AppError('not_found', 'There is no such call in this session.', { data: { callId } });
    }
    return call.view;
  };
  return {
    'approval.decide': async ({ sessionId, callId, decision }) => {
      dispatcher.decide(sessionId, callId, decision);
      return { call: viewOf(sessionId, callId) };
    },
    'call.cancel': async ({ sessionId, callId }) => {
      viewOf(sessionId, callId);
      dispatcher.cancel(sessionId, callId);
      return { call: viewOf(sessionId, callId) };
    },
  };
}
