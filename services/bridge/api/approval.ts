import type { ApiHandlers, CallView, Decision } from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import type { CsharpChecker } from '../unity/index.ts';
import type { ApiParts } from './types.ts';

export function approvalRoutes(
  parts: Pick<ApiParts, 'journal' | 'dispatcher' | 'csharp'>,
): Pick<ApiHandlers, 'approval.decide' | 'call.cancel'> {
  const { journal, dispatcher, csharp } = parts;
  const viewOf = (sessionId: string, callId: string): CallView => {
    const call = journal.calls.get(sessionId, callId);
    if (call === null) {
      throw new AppError('not_found', 'There is no such call in this session.', { data: { callId } });
    }
    return call.view;
  };
  return {
    'approval.decide': async ({ sessionId, callId, decision }) => {
      const { approval, state } = viewOf(sessionId, callId);
      if (state === 'awaiting_approval') await requireParsing(csharp, textsOf(decision, approval));
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

type Text = readonly [path: string, text: string];

/** The scripts that the developer edited before approving. */
function textsOf(decision: Decision, approval: CallView['approval']): readonly Text[] {
  if (decision.kind !== 'approve') return [];
  const { editedContents, editedFiles = [] } = decision;
  const one: readonly Text[] =
    approval?.kind === 'write' && editedContents !== undefined ? [[approval.path, editedContents]] : [];
  const many = editedFiles.map(({ path, contents }): Text => [path, contents]);
  return [...one, ...many].filter(([path]) => path.endsWith('.cs'));
}

/**
 * A slip of the developer's own hand is theirs to mend: the call goes on waiting and their text stays on the card, where a
 * refusal after the decision would have ended the call and lost it.
 */
async function requireParsing(csharp: Pick<CsharpChecker, 'check'>, texts: readonly Text[]): Promise<void> {
  for (const [path, text] of texts) {
    const [first] = (await csharp.check(text)).problems;
    if (first === undefined) continue;
    throw new AppError(
      'script_syntax',
      `${path} does not parse as you edited it, line ${first.line}, column ${first.column}: ${first.message}. Nothing was written and your text is still here: mend it and approve again.`,
      { data: { path, line: first.line, column: first.column } },
    );
  }
}
