import type { ModelPrice } from '../../../shared/contracts/index.ts';
import type { JournalTables, UsageOrigin } from '../journal/index.ts';
import { priceUsage } from '../realtime/index.ts';
import type { ResponseUsage } from '../realtime/types.ts';

/** Row and event of one response, in one transaction and of one time. False when it was counted before. */
export function keepUsage(
  journal: JournalTables,
  sessionId: string,
  reported: ResponseUsage,
  origin: Pick<UsageOrigin, 'provider' | 'callId' | 'messageId'>,
  prices: Readonly<Record<string, ModelPrice>>,
): boolean {
  const usage: ResponseUsage = {
    ...reported,
    responseId: reported.responseId.slice(0, 128),
    model: reported.model.slice(0, 128),
  };
  const { provider } = origin;
  const callId = origin.callId ?? null;
  return journal.transact(() => {
    if (journal.usage.has(sessionId, usage.responseId)) return false;
    const costMicroUsd = priceUsage(usage, prices);
    const messageId = origin.messageId ?? journal.usage.turnOf(sessionId, callId ?? undefined);
    const projectHash = journal.sessions.projectOf(sessionId)?.hash ?? null;
    const { timestamp: at } = journal.outbox.append(sessionId, {
      type: 'usage',
      ...(callId === null ? {} : { callId }),
      responseId: usage.responseId,
      provider,
      model: usage.model,
      inputTokens: usage.inputTokens,
      cachedTokens: usage.cachedTokens,
      ...(usage.cacheWriteTokens === undefined ? {} : { cacheWriteTokens: usage.cacheWriteTokens }),
      outputTokens: usage.outputTokens,
      inputTextTokens: usage.inputTextTokens,
      inputAudioTokens: usage.inputAudioTokens,
      inputImageTokens: usage.inputImageTokens,
      outputTextTokens: usage.outputTextTokens,
      outputAudioTokens: usage.outputAudioTokens,
      ...(costMicroUsd === null ? {} : { costMicroUsd }),
    });
    return journal.usage.insert(sessionId, usage, costMicroUsd, { provider, callId, messageId, projectHash, at });
  });
}
