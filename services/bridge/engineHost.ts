import type { ConversationSettings, MessageView } from '../../shared/contracts/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';
import {
  makeInstructions,
  toolsOf,
  type Authorship,
  type Dispatcher,
  type FunctionRegistry,
  type Push,
} from './functions/index.ts';
import type { Cost } from './cost/index.ts';
import type { JournalTables } from './journal/index.ts';
import { readTranscript } from './transcript.ts';
import { frameForModel } from './modelImages.ts';
import { shrinkPng } from './shrinkPng.ts';
import { isNotice } from './realtime/index.ts';
import type { CallAnswer, EngineHost, EngineStatus, HistoryItem, TurnSettings } from './realtime/types.ts';
import type { SessionViews } from './sessionViews.ts';
import { makeTextPushes } from './textPushes.ts';
import type { ProjectFacts } from './unity/projectFacts.ts';
import type { EditorStatus } from './unity/types.ts';
import { makeVoiceHost } from './voiceHost.ts';

const factsMs = 1_500;

/** The engine's side door to the journal, the functions and the window: everything it reports is kept, then shown. */
export function makeEngineHost(options: {
  readonly journal: JournalTables;
  readonly registry: FunctionRegistry;
  readonly dispatcher: () => Dispatcher;
  readonly views: SessionViews;
  readonly push: Push;
  readonly editor: () => EditorStatus | null;
  readonly settings: () => ConversationSettings;
  readonly cost: Pick<Cost, 'keep' | 'mayContinue'>;
  /** What is known of the open project beyond the editor's state. */
  readonly projectFacts?: (signal: AbortSignal) => Promise<ProjectFacts | null>;
  /** Who writes C#; the conversation's model unless said. */
  readonly authorship?: () => Authorship;
  readonly onStatus: (status: EngineStatus) => void;
  /** What the developer said is written down. */
  readonly onWords?: (sessionId: string, text: string) => void;
  /** How a frame is made small for the model; here unless there is another place for it. */
  readonly shrink?: typeof shrinkPng;
  readonly logger: Logger;
}): EngineHost {
  const { journal, push, views, logger, shrink = shrinkPng } = options;
  const texts = makeTextPushes({ push });
  const pushMessage = (message: MessageView): void => {
    texts.flush();
    push({ name: 'message.changed', payload: { message } });
  };

  return {
    ...makeVoiceHost({ journal, push, pushMessage, onWords: options.onWords ?? (() => undefined) }),
    /** Made again for each session: what is said of a function may follow the settings. */
    get tools() {
      return toolsOf(options.registry);
    },
    async instructions(sessionId) {
      // A Unity that does not answer must not hold up the conversation.
      const facts = await options.projectFacts?.(AbortSignal.timeout(factsMs)).catch((error: unknown) => {
        logger.info({ err: error }, 'the model is not told more of the project than the editor says');
        return null;
      });
      const project = journal.sessions.projectOf(sessionId);
      const rules = project === null ? '' : (journal.projectRules.newest(project)?.text ?? '');
      return makeInstructions(options.editor(), options.authorship?.(), facts, rules);
    },
    history: (sessionId) => historyOf(journal, sessionId, shrink),
    onAssistantStarted({ sessionId, messageId }) {
      if (journal.messages.get(sessionId, messageId) !== null) return;
      pushMessage(journal.messages.insert({ sessionId, messageId, role: 'assistant', text: '', status: 'streaming' }));
    },
    onTextDelta({ sessionId, messageId, delta }) {
      const offset = journal.messages.appendDelta(sessionId, messageId, delta);
      texts.add({ sessionId, messageId, offset, delta });
    },
    onAssistantDone({ sessionId, messageId, text, status, error }) {
      const end = { text, status, error: error ?? null };
      pushMessage(
        journal.messages.get(sessionId, messageId) === null
          ? journal.messages.insert({ sessionId, messageId, role: 'assistant', ...end })
          : journal.messages.finish(sessionId, messageId, end),
      );
    },
    async onFunctionCall(call, signal) {
      texts.flush();
      const output = await options.dispatcher().dispatch(call, signal);
      return await answerOf(options, { ...call, output });
    },
    async onCallNotRun({ error, ...call }) {
      texts.flush();
      const output = await options.dispatcher().dispatch(call, new AbortController().signal, { notRun: error });
      return await answerOf(options, { ...call, output });
    },
    settings: () => toTurnSettings(options.settings()),
    mayContinue: options.cost.mayContinue,
    summary: journal.summaries.latest,
    keepSummary({ sessionId, upToPosition, text }) {
      journal.summaries.keep(sessionId, upToPosition, text);
    },
    onTurn({ sessionId, state }) {
      texts.flush();
      views.setTurn(sessionId, state);
    },
    onUsage({ sessionId, messageId, usage }) {
      options.cost.keep(sessionId, usage, { provider: 'openai', messageId });
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

/** What the dispatcher kept of a call, as the engine needs it: how it ended, and what there is to look at. */
async function answerOf(
  {
    journal,
    logger,
    shrink = shrinkPng,
  }: { readonly journal: JournalTables; readonly logger: Logger; readonly shrink?: typeof shrinkPng },
  call: { readonly sessionId: string; readonly callId: string; readonly output: string },
): Promise<CallAnswer> {
  const view = journal.calls.get(call.sessionId, call.callId)?.view;
  const { output } = call;
  if (view === undefined) return { output, failure: 'failed' };
  if (view.state === 'denied' || view.state === 'cancelled') return { output, failure: view.state };
  if (view.state !== 'succeeded') {
    return { output, failure: view.error?.code === 'invalid_input' ? 'arguments' : 'failed' };
  }
  const { frameId } = view;
  const image =
    frameId === null
      ? null
      : await frameForModel(journal, frameId, shrink).catch((error: unknown) => {
          logger.warn({ err: error, frameId }, 'the model is not shown a frame that cannot be read');
          return null;
        });
  return { output, failure: null, ...(image === null ? {} : { images: [image] }) };
}

const toTurnSettings = ({ turn, reasoningEffort }: ConversationSettings): TurnSettings => ({
  ...turn,
  reasoningEffort,
});

/** The transcript as a new connection needs it. Calls of the developer's own buttons are none of the model's. */
function historyOf(journal: JournalTables, sessionId: string, shrink: typeof shrinkPng): HistoryItem[] {
  const transcript = readTranscript(journal, sessionId);
  const messages = transcript.messages.flatMap((message) => {
    const { role, messageId, text, status, position } = message;
    if (role === 'notice' || isNotice(messageId) || status === 'streaming') return [];
    if (text === '' && message.images === undefined) return [];
    // What waits, could not be sent or was taken back is sent under the same id, or never; the engine adds what it sends.
    if (role === 'user' && status !== 'complete') return [];
    const images = (message.images ?? []).map((image) => async () => ({
      mimeType: image.mimeType,
      bytes: journal.messages.imageBytes(image),
    }));
    return [{ position, kind: 'message' as const, role, text, messageId, images }];
  });
  const calls = transcript.calls.flatMap(({ origin, argumentsJson, output, view }) => {
    if (origin !== 'model' || output === null) return [];
    const { callId, name, position, frameId } = view;
    const images = frameId === null ? [] : [() => frameForModel(journal, frameId, shrink)];
    return [{ position, kind: 'call' as const, callId, name, argumentsJson, output, images }];
  });
  const facts = transcript.facts.map(({ position, text }) => {
    return { position, kind: 'fact' as const, text };
  });
  return [...messages, ...calls, ...facts].toSorted((a, b) => a.position - b.position);
}
