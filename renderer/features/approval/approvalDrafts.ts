import type { TextDrafts } from '../../lib/draftStorage.ts';

/** What the person does on a card. */
export type ApprovalMode = 'deciding' | 'denying' | 'editing';

/** What the person has done on a card and not decided: it outlives the card, another screen, a reload and a crash. */
export interface ApprovalDraft {
  readonly mode: ApprovalMode;
  /** Why it is to be denied. */
  readonly reason: string;
  /** The edited text of one file; null while it is as proposed. */
  readonly text: string | null;
  /** Edited files of a change to several, by path. */
  readonly files: Readonly<Record<string, string>>;
}

export interface ApprovalDrafts {
  readonly of: (callId: string) => ApprovalDraft;
  readonly keep: (callId: string, change: Partial<ApprovalDraft>) => void;
  /** It was decided. */
  readonly drop: (callId: string) => void;
  /** Saves now what would be saved in a moment. */
  readonly flush: () => void;
}

export const untouched: ApprovalDraft = { mode: 'deciding', reason: '', text: null, files: {} };
const saveAfterMs = 300;

export function makeApprovalDrafts(storage: TextDrafts): ApprovalDrafts {
  const drafts = new Map([...storage.load()].map(([callId, text]) => [callId, parse(text)]));
  const touched = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const texts = [...touched].map((callId): [string, string] => {
      const draft = drafts.get(callId);
      return [callId, draft === undefined ? '' : JSON.stringify(draft)];
    });
    touched.clear();
    storage.save(new Map(texts));
  };
  const touch = (callId: string): void => {
    touched.add(callId);
    timer ??= setTimeout(flush, saveAfterMs);
  };
  const of = (callId: string): ApprovalDraft => drafts.get(callId) ?? untouched;
  return {
    of,
    keep(callId, change) {
      drafts.set(callId, { ...of(callId), ...change });
      touch(callId);
    },
    drop(callId) {
      if (drafts.delete(callId)) touch(callId);
    },
    flush,
  };
}

/** What another version of the window stored may be anything. */
function parse(stored: string): ApprovalDraft {
  try {
    const value: unknown = JSON.parse(stored);
    return isDraft(value) ? value : untouched;
  } catch {
    return untouched;
  }
}

function isDraft(value: unknown): value is ApprovalDraft {
  if (typeof value !== 'object' || value === null) return false;
  if (!('mode' in value && 'reason' in value && 'text' in value && 'files' in value)) return false;
  const { mode, reason, text, files } = value;
  return (
    (mode === 'deciding' || mode === 'denying' || mode === 'editing') &&
    typeof reason === 'string' &&
    (text === null || typeof text === 'string') &&
    typeof files === 'object' &&
    files !== null &&
    Object.values(files).every((file) => typeof file === 'string')
  );
}
