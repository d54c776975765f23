import type { StoreApi } from 'zustand/vanilla';
import type { ErrorInfo, MessageView, SessionView } from '../../../shared/contracts/api/index.ts';
import type { DraftsHandle } from './drafts.ts';
import type { TranscriptPlace } from './places.ts';

/** What is being sent, stopped or forked, and what could not be. */
export interface ChatState {
  readonly sending: boolean;
  readonly stopping: boolean;
  /** How often the person sent or asked again in this window: each time the conversation goes to its end. */
  readonly sent: number;
  readonly error: ErrorInfo | null;
}

export interface ChatHandle {
  readonly store: StoreApi<ChatState>;
  readonly drafts: DraftsHandle;
  readonly placeOf: (sessionId: string) => TranscriptPlace;
  /** Sends the draft; on failure it is the draft again and the reason is in the store. */
  readonly submit: (sessionId: string, whileBusy?: WhileBusy) => Promise<void>;
  /** Sends a text and leaves the draft alone; one that could not be sent becomes the draft where that is empty. */
  readonly send: (sessionId: string, text: string) => Promise<void>;
  /** Stops the answer that is being written, and what runs below it. */
  readonly stop: (sessionId: string) => Promise<void>;
  /** Asks again for that message of the person. */
  readonly retry: (message: MessageView) => Promise<void>;
  /** Takes a message that waits back into the composer. */
  readonly takeBack: (message: MessageView) => Promise<void>;
  /** A new session that goes on from before that message; null and the reason in the store when there is none. */
  readonly fork: (sessionId: string, messageId: string, text: string) => Promise<SessionView | null>;
  readonly cancelCall: (sessionId: string, callId: string) => Promise<void>;
}

export type WhileBusy = 'interrupt' | 'queue';
