import type { JournalTables, UsageOrigin } from './journal/index.ts';
import { priceUsage } from './realtime/index.ts';
import type { ResponseUsage } from './realtime/types.ts';

/**
 * Keeps what one response of a model used, priced by the list, with its event. A response that was counted already is not
 * counted again.
 */
export function keepUsage(
  journal: JournalTables,
  sessionId: string,
  usage: ResponseUsage,
  origin: Omit<UsageOrigin, 'projectHash'>,
): void {
  const costMicroUsd = priceUsage(usage);
  const projectHash = journal.sessions.projectOf(sessionId)?.hash ?? null;
  const { callId } = origin;
  journal.transact(() => {
    if (!journal.usage.insert(sessionId, usage, costMicroUsd, { ...origin, projectHash })) return;
    journal.outbox.append(sessionId, {
      type: 'usage',
      ...(callId === undefined || callId === null ? {} : { callId }),
      responseId: usage.responseId.slice(0, 128),
      provider: origin.provider,
      model: usage.model.slice(0, 128),
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
  });
}
