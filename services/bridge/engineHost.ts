import type { MessageView } from '../../shared/contracts/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';
import { makeInstructions, toolsOf, type Dispatcher, type FunctionRegistry, type Push } from './functions/index.ts';
import type { JournalTables } from './journal/index.ts';
import { readTranscript } from './transcript.ts';
import { priceUsage } from './realtime/index.ts';
import type { EngineHost, EngineStatus, HistoryItem, ResponseUsage } from './realtime/types.ts';
import type { SessionViews } from './sessionViews.ts';
import type { EditorStatus } from './unity/types.ts';

/** The engine's side door to the journal, the functions and the window: everything it reports is kept, then shown. */
export function makeEngineHost(options: {
  readonly journal: JournalTables;
  readonly registry: FunctionRegistry;
  readonly dispatcher: () => Dispatcher;
  readonly views: SessionViews;
  readonly push: Push;
  readonly editor: () => EditorStatus | null;
  readonly onStatus: (status: EngineStatus) => void;
  readonly logger: Logger;
}): EngineHost {
  const { journal, push, views, logger } = options;
  const pushMessage = (message: MessageView): void => {
    push({ name: 'message.changed', payload: { message } });
  };

  return {
    tools: toolsOf(options.registry),
    instructions: () => makeInstructions(options.editor()),
    history: (sessionId) => historyOf(journal, sessionId),
    onAssistantStarted({ sessionId, messageId }) {
      if (journal.messages.get(sessionId, messageId) !== null) return;
      pushMessage(journal.messages.insert({ sessionId, messageId, role: 'assistant', text: '', status: 'streaming' }));
    },
    onTextDelta({ sessionId, messageId, delta }) {
      const offset = journal.messages.appendDelta(sessionId, messageId, delta);
      push({ name: 'message.streamed', payload: { sessionId, messageId, offset, delta } });
    },
    onAssistantDone({ sessionId, messageId, text, status, error }) {
      const end = { text, status, error: error ?? null };
      pushMessage(
        journal.messages.get(sessionId, messageId) === null
          ? journal.messages.insert({ sessionId, messageId, role: 'assistant', ...end })
          : journal.messages.finish(sessionId, messageId, end),
      );
    },
    onFunctionCall: (call, signal) => options.dispatcher().dispatch(call, signal),
    onUsage({ sessionId, usage }) {
      keepUsage(journal, sessionId, usage);
    },
    onTurn({ sessionId, state }) {
      views.setTurn(sessionId, state);
    },
    onBusy({ sessionId, busy }) {
      views.setBusy(sessionId, busy);
    },
    onStatus(status) {
      logger.debug({ status }, 'the model connection changed');
      options.onStatus(status);
    },
  };
}

/** The transcript as a new connection needs it. Calls of the developer's own buttons are none of the model's. */
function historyOf(journal: JournalTables, sessionId: string): HistoryItem[] {
  const transcript = readTranscript(journal, sessionId);
  const shown = newestWithImages(transcript.messages);
  const messages = transcript.messages.flatMap((message) => {
    const { role, messageId, text, status, position } = message;
    if (role === 'notice' || status === 'streaming' || (text === '' && message.images === undefined)) return [];
    // What waits, could not be sent or was taken back is sent under the same id, or never; the engine adds what it sends.
    if (role === 'user' && status !== 'complete') return [];
    const images = shown.has(message)
      ? (message.images ?? []).map((image) => ({
          mimeType: image.mimeType,
          bytes: journal.messages.imageBytes(image),
        }))
      : [];
    const item = { kind: 'message' as const, role, text, messageId, ...(images.length === 0 ? {} : { images }) };
    return [{ position, item }];
  });
  const calls = transcript.calls.flatMap(({ origin, argumentsJson, output, view }) => {
    if (origin !== 'model' || output === null) return [];
    const { callId, name, position } = view;
    return [{ position, item: { kind: 'call' as const, callId, name, argumentsJson, output } }];
  });
  const facts = transcript.facts.map(({ position, text }) => {
    return { position, item: { kind: 'fact' as const, text } };
  });
  return [...messages, ...calls, ...facts].toSorted((a, b) => a.position - b.position).map(({ item }) => item);
}

/** A replay carries the newest images; the model was shown the older ones and has said what it made of them. */
const maxReplayedImages = 8;

function newestWithImages(messages: readonly MessageView[]): ReadonlySet<MessageView> {
  let count = 0;
  const newest = messages.toReversed().filter(({ images = [] }) => {
    count += images.length;
    return images.length > 0 && count <= maxReplayedImages;
  });
  return new Set(newest);
}

function keepUsage(journal: JournalTables, sessionId: string, usage: ResponseUsage): void {
  const costMicroUsd = priceUsage(usage);
  journal.transact(() => {
    if (!journal.usage.insert(sessionId, usage, costMicroUsd)) return;
    journal.outbox.append(sessionId, {
      type: 'usage',
      responseId: usage.responseId.slice(0, 128),
      provider: 'openai',
      model: usage.model.slice(0, 128),
      inputTokens: usage.inputTokens,
      cachedTokens: usage.cachedTokens,
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
