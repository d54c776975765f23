import type { ApiHandlers, ConsoleLine, ConsoleReading } from '../../../shared/contracts/index.ts';
import { AppError, toAppError } from '../../../shared/errors/index.ts';
import { ownersOf } from '../functions/index.ts';
import type { ConsoleMessage, ConsoleTail, EditorStateKind } from '../unity/index.ts';
import type { ApiParts } from './types.ts';

/** As many lines as a person looks through; older ones are Unity's own window's. */
const maxLines = 1_000;
const maxLineCharacters = 4_000;
/** A look is no reason to wait behind long calls. */
const limitMs = 5_000;
/** In these states Unity answers at once. */
const asked: readonly EditorStateKind[] = ['ready', 'playing'];

export function consoleRoutes(
  parts: Pick<ApiParts, 'journal' | 'unity' | 'signal'>,
): Pick<ApiHandlers, 'console.read'> {
  const { journal, unity } = parts;

  function toReading(tail: ConsoleTail): ConsoleReading {
    const { end, from, messages, placesOf } = tail;
    const marks = end.instanceId === null ? [] : journal.consoleMarks.ofEditor(end.instanceId);
    const owners = ownersOf(messages.length, placesOf(marks.map(({ mark }) => mark))).map((index) =>
      index === null ? null : (marks[index] ?? null),
    );
    const named = [...new Set(owners)].flatMap((owner) => (owner === null ? [] : [owner]));
    return {
      kind: 'read',
      end: { instanceId: end.instanceId, total: end.total, print: end.print },
      from,
      lines: messages.map((message, index) => {
        const owner = owners[index] ?? null;
        const after = owner === null ? null : { sessionId: owner.sessionId, callId: owner.callId };
        return toLine(message, from + index, after);
      }),
      calls: named.flatMap(({ sessionId, callId }) => {
        const view = journal.calls.get(sessionId, callId)?.view;
        return view === undefined
          ? []
          : [{ sessionId, callId, summary: view.summary === '' ? view.name : view.summary }];
      }),
    };
  }

  return {
    'console.read': async ({ sessionId, known }) => {
      journal.sessions.require(sessionId);
      if (unity === null) {
        throw new AppError('unity_unavailable', 'No Unity is connected. Set UNITY_MCP_URL and start SPARK again.');
      }
      const status = unity.editor.status();
      if (!asked.includes(status.kind)) return { kind: 'away', why: status.detail };
      const limit = AbortSignal.timeout(limitMs);
      const signal = AbortSignal.any([parts.signal, limit]);
      try {
        const tail = await unity.readConsoleTail({ count: maxLines, known }, { sessionId, callId: null, signal });
        return tail === null ? { kind: 'unchanged' } : toReading(tail);
      } catch (error) {
        if (!limit.aborted) throw toAppError(error);
        return { kind: 'away', why: 'Unity is busy with another call; its console is read again after it.' };
      }
    },
  };
}

function toLine(message: ConsoleMessage, place: number, after: ConsoleLine['after']): ConsoleLine {
  const { severity, code, file, line, column, message: text } = message;
  const cut = text.length - maxLineCharacters;
  return {
    place,
    severity: severityOf(severity),
    message: cut > 0 ? text.slice(0, maxLineCharacters) : text,
    ...(cut > 0 ? { cut } : {}),
    ...(code === undefined ? {} : { code }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    after,
  };
}

/** Unity counts exceptions and failed assertions as errors. */
const severityOf = (severity: string): ConsoleLine['severity'] =>
  severity === 'warning' || severity === 'log' ? severity : 'error';
