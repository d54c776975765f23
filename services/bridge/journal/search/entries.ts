import type { CallView, ChangeView, HistoryKind, MessageView } from '../../../../shared/contracts/index.ts';

/** What of the journal's facts can be found, as text of one kind each. Pure. */
/** The record that an entry leads to. */
export type EntryPlace = 'session' | 'message' | 'call' | 'change';

export interface Entry {
  readonly kind: HistoryKind;
  /** Null: the text is that of the message, which is not kept twice. */
  readonly text: string | null;
  /** What is indexed. */
  readonly indexed: string;
}

/** Of one call's arguments and results this much is indexed. */
const maxChars = 4_000;
const assetFunctions = new Set(['ingestUnityAsset', 'deconstructUnityAsset', 'deleteUnityAsset']);
const assetKeys = new Set(['path', 'source', 'guid', 'type', 'name']);
const wordKeys = new Set(['prompt', 'reason', 'query', 'path', 'name', 'target', 'file']);

const entry = (kind: HistoryKind, text: string): Entry[] => {
  const cut = text.slice(0, maxChars);
  return cut.trim() === '' ? [] : [{ kind, text: cut, indexed: cut }];
};

/** A title of SPARK's own says nothing. */
export const entriesOfTitle = (session: { readonly title: string; readonly titleIsDefault: boolean }): Entry[] =>
  session.titleIsDefault ? [] : entry('session', session.title);

/** A message that was taken back before it was sent is in no conversation; what streams is not whole yet. */
export function entriesOfMessage(message: Pick<MessageView, 'role' | 'status' | 'text' | 'error'>): Entry[] {
  const { role, status, text, error } = message;
  if (status === 'streaming' || (role === 'user' && status === 'cancelled')) return [];
  const said: Entry[] =
    text.trim() === '' || (role === 'notice' && error !== null) ? [] : [{ kind: 'message', text: null, indexed: text }];
  return [...said, ...(error === null ? [] : entry('error', `${error.code}: ${error.message}`))];
}

export function entriesOfCall(call: Pick<CallView, 'name' | 'summary' | 'arguments' | 'error' | 'result'>): Entry[] {
  const { name, summary, error } = call;
  const line = summary === '' || summary === name ? name : `${name} · ${summary}`;
  const asked = valuesOf(call.arguments, wordKeys).filter((value) => !line.includes(value));
  const assets = assetFunctions.has(name)
    ? [...new Set([...valuesOf(call.arguments, assetKeys), ...valuesOf(call.result, assetKeys)])]
    : [];
  // A person's decision is no error.
  const denial = error?.code === 'denied' ? [error.message] : [];
  return [
    ...entry('call', [line, ...asked, ...denial].join(' · ')),
    ...(error === null || denial.length > 0 ? [] : entry('error', `${error.code}: ${error.message}`)),
    ...entry('asset', assets.join(' · ')),
  ];
}

export function entriesOfChange(change: Pick<ChangeView, 'path' | 'subject' | 'compileErrors'>): Entry[] {
  const errors = change.compileErrors
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message, file, line }) =>
      [code, message, file === undefined ? undefined : line === undefined ? file : `${file}:${line}`]
        .filter((part) => part !== undefined)
        .join(' '),
    );
  const { path, subject } = change;
  return [
    ...entry('change', subject === undefined ? path : `${path} · ${subject}`),
    ...entry('error', errors.join('\n')),
  ];
}

/** The texts under these keys, two levels deep: arguments and results are small trees of which only the top is named. */
function valuesOf(value: unknown, keys: ReadonlySet<string>, depth = 0): string[] {
  if (typeof value !== 'object' || value === null || depth > 2) return [];
  const found: string[] = [];
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === 'string' && keys.has(key)) found.push(item);
    else if (typeof item === 'object') found.push(...valuesOf(item, keys, depth + 1));
    if (found.length >= 50) break;
  }
  return found;
}
