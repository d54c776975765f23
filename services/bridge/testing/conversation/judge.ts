import type { MessageView } from '../../../../shared/contracts/index.ts';
import type { LogEntry } from '../../../sandbox/realtime/index.ts';
import type { JournalEvidence } from './evidence.ts';
import { sharedPath } from './script.ts';
import type { Witness } from './witness.ts';
import type { ConversationWorld } from './world.ts';

/** What may be gone of a text that was still being streamed. */
const mayLoseMs = 500;
/** Pieces go to the window at most a tick of its clock late, and a busy process comes to its timer a turn late. */
const lateMs = 100;

/** What the window had been shown against what is there after the start; `lostMs` is the longest stretch that is gone. */
export function judgeMessages(witness: Witness, kept: readonly MessageView[]): { wrong: string[]; lostMs: number } {
  const wrong: string[] = [];
  let lostMs = 0;
  const found = new Map(kept.map((message) => [message.messageId, message]));
  for (const shown of witness.shown.values()) {
    const now = found.get(shown.messageId);
    const complete = witness.complete.get(shown.messageId);
    const name = `${shown.role} message ${shown.messageId}`;
    if (now === undefined) wrong.push(`${name} is gone`);
    else if (now.status === 'streaming' || now.status === 'queued') wrong.push(`${name} looks as if it still ran`);
    else if (complete !== undefined && (now.text !== complete.text || now.status !== 'complete'))
      wrong.push(`${name} was complete and is ${now.status}, ${now.text.length} of ${complete.text.length} characters`);
    else if (shown.role === 'user' && now.text !== shown.text) wrong.push(`${name} has another text`);
    else if (now.status === 'failed' && shown.role === 'assistant') {
      const streamed = witness.streamedText(shown.messageId);
      const lost = witness.lostMs(shown.messageId, now.text.length);
      lostMs = Math.max(lostMs, lost);
      if (lost > mayLoseMs + lateMs) wrong.push(`${name} lost its last ${Math.round(lost)} ms`);
      const length = Math.min(streamed.length, now.text.length);
      if (streamed.slice(0, length) !== now.text.slice(0, length)) wrong.push(`${name} is not what was streamed`);
    }
  }
  return { wrong, lostMs };
}

const endedStates = ['succeeded', 'failed', 'denied', 'cancelled'];

/** Each call ended once, and did once what it says it did. */
export function judgeCalls({ calls }: JournalEvidence, world: ConversationWorld): string[] {
  const shared = world.read(sharedPath) ?? '';
  return calls.flatMap(({ callId, state, output, writes }) => {
    const { line, path } = world.planned.get(callId) ?? { line: null, path: null };
    const done = line !== null ? shared.split(line).length - 1 : path !== null && world.read(path) !== null ? 1 : 0;
    const times = path === null ? done : Math.max(done, world.timesCreated(path));
    const expected = state === 'succeeded' && (line ?? path) !== null ? 1 : 0;
    return [
      ...(world.planned.has(callId) ? [] : [`${callId} was never asked for`]),
      ...(endedStates.includes(state) && output !== null ? [] : [`${callId} is ${state} and has no end`]),
      ...(times > 1 || writes > 1 ? [`${callId} was run ${Math.max(times, writes)} times`] : []),
      ...(done === expected || times > 1 ? [] : [`${callId} is ${state}, and its change is there ${done} times`]),
    ];
  });
}

/** What stands in one conversation of the model: no message twice, no call with two answers. */
export function judgeConversation(log: readonly LogEntry[]): string[] {
  const wrong: string[] = [];
  const seen = new Set<string>();
  for (const { connection, parsed } of log) {
    if (parsed.kind === 'refused') wrong.push(`the model refused: ${parsed.refusal.message}`);
    else if (parsed.event.type === 'conversation.item.create') {
      const key = keyOf(parsed.event.item);
      if (key === null) continue;
      if (seen.has(`${connection} ${key}`)) wrong.push(`conversation ${connection} has ${key} twice`);
      seen.add(`${connection} ${key}`);
    }
  }
  return wrong;
}

/** The newest conversation that holds the message must hold every call of its session, answered. */
export function judgeReplay(log: readonly LogEntry[], text: string, callIds: readonly string[]): string[] {
  const connection = log.findLast((entry) => keysOf(entry).includes(`message "${text}"`))?.connection;
  if (connection === undefined) return [`"${text}" never reached the model`];
  const keys = new Set(log.filter((entry) => entry.connection === connection).flatMap(keysOf));
  return callIds.filter((id) => !keys.has(`answer ${id}`)).map((id) => `the model never heard what became of ${id}`);
}

const keysOf = ({ parsed }: LogEntry): string[] => {
  if (parsed.kind === 'refused' || parsed.event.type !== 'conversation.item.create') return [];
  return [keyOf(parsed.event.item) ?? []].flat();
};

type Item = Extract<
  Extract<LogEntry['parsed'], { kind: 'event' }>['event'],
  { type: 'conversation.item.create' }
>['item'];

function keyOf(item: Item): string | null {
  if (item.type === 'function_call_output') return `answer ${item.call_id}`;
  if (item.type === 'function_call') return `call ${item.call_id ?? ''}`;
  if (item.role !== 'user') return null;
  return `message "${item.content.map((part) => ('text' in part ? part.text : '')).join('')}"`;
}
