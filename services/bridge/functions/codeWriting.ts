import { AppError } from '../../../shared/errors/index.ts';
import type { CodeModel, CodeRequest } from '../codeModel/index.ts';
import { sha256Of, type JournalTables } from '../journal/index.ts';
import { authorshipOf } from './authorship.ts';
import type { HandlerContext } from './types.ts';

/** A file that was asked for, and who wrote it. */
export interface WrittenCode {
  readonly contents: string;
  /** The model; undefined when its name is not known. */
  readonly author: string | undefined;
  /** Added to the call's line: ` · written by …`; empty where there was no choice. */
  readonly credit: string;
}

interface Wanted {
  readonly name: string;
  readonly path?: string | undefined;
  readonly prompt: string;
  readonly contents?: string | undefined;
}

/** Between two lines about the progress; each is kept in the journal. */
const progressEveryMs = 500;

/**
 * The contents of a script, by whoever writes C# in the chosen mode. Rejects with `invalid_input` when the conversation's
 * model must send them, and with `code_model_unavailable` when the code model had to write and could not; then the model
 * and the person read what became of it and what to do.
 */
export interface CodeWriting {
  readonly contentsOf: (wanted: Wanted, context: HandlerContext) => Promise<WrittenCode>;
}

export function makeCodeWriting(): CodeWriting {
  /** Why the code model did not write a script that the conversation's model was then asked for. */
  const fellBack = new Map<string, string>();

  function byConversation(contents: string, wanted: Wanted, context: HandlerContext): WrittenCode {
    const { realtimeModel } = context.settings;
    const key = keyOf(context.sessionId, wanted.name);
    const why = fellBack.get(key);
    fellBack.delete(key);
    const author = realtimeModel ?? 'the conversation’s model';
    return { contents, author: realtimeModel, credit: why === undefined ? '' : ` · written by ${author}: ${why}` };
  }

  return {
    async contentsOf(wanted, context) {
      const authorship = authorshipOf(context.settings);
      const given = wanted.contents === undefined || wanted.contents.trim() === '' ? null : wanted.contents;
      if (given !== null && authorship !== 'code_model') return byConversation(given, wanted, context);
      if (authorship === 'given') throw contentsMissing(context);
      const { codeModel } = context.settings;
      if (codeModel === undefined) throw new AppError('code_model_unavailable', 'No code model is connected.');
      const result = await byCodeModel(codeModel, wanted, given, context);
      if (result.kind === 'code') {
        return { contents: result.contents, author: result.model, credit: ` · written by ${result.model}` };
      }
      if (authorship === 'either') {
        fellBack.set(keyOf(context.sessionId, wanted.name), firstSentence(result.message));
      }
      throw notWritten(result, authorship);
    },
  };
}

/** Asks the code model, with what is known around the script; the call shows how far it is and what it cost. */
async function byCodeModel(
  codeModel: CodeModel,
  wanted: Wanted,
  draft: string | null,
  context: HandlerContext,
): Promise<Awaited<ReturnType<CodeModel['writeCode']>>> {
  const { journal, sessionId, callId, signal, unity } = context;
  const { cost } = context.settings;
  const text = `${wanted.prompt}\n${draft ?? ''}`;
  const around = await unity.scriptSurroundings({ name: wanted.name, path: wanted.path, text }, context);
  const request: CodeRequest = {
    ...around,
    prompt: wanted.prompt,
    draft,
    unityVersion: unity.editor.status().unityVersion,
    compileErrors: errorsOf(journal, sessionId, around.path, around.current),
  };
  const started = performance.now();
  let shown = Number.NEGATIVE_INFINITY;
  context.onWait(`${codeModel.model} writes the code…`);
  try {
    return await codeModel.writeCode(request, signal, {
      onProgress({ lines, second }) {
        if (performance.now() - shown < progressEveryMs) return;
        shown = performance.now();
        const again = second ? 'writes the code again' : 'writes the code';
        context.onWait(`${codeModel.model} ${again}… ${lines} ${lines === 1 ? 'line' : 'lines'}`);
      },
      beforeRequest() {
        const permission = cost?.mayContinue(sessionId, { callId });
        if (permission?.kind === 'stop') throw new AppError('budget_reached', permission.message);
      },
      onUsage: (usage) => cost?.keep(sessionId, usage, { provider: 'anthropic', callId }),
    });
  } finally {
    context.addTiming('code model', Math.round(performance.now() - started));
    context.onWait(null);
  }
}

/** The compile errors that this session's last change of the file left, as long as the file is as that change left it. */
function errorsOf(
  journal: JournalTables,
  sessionId: string,
  path: string,
  current: string | null,
): CodeRequest['compileErrors'] {
  if (current === null) return [];
  const last = journal.changes.list(sessionId).findLast((change) => change.path === path);
  if (last === undefined || last.sha256After !== sha256Of(current)) return [];
  return last.compileErrors.filter(({ severity }) => severity === 'error');
}

const contentsMissing = ({ settings }: HandlerContext): AppError =>
  new AppError(
    'invalid_input',
    'Call generateUnityScript again with the complete C# file in `contents`. Nothing was written.',
    { data: { missing: 'contents', sonnetMode: settings.sonnetMode } },
  );

function notWritten(
  { code, message }: { readonly code: string; readonly message: string },
  authorship: 'either' | 'code_model',
): AppError {
  const next =
    authorship === 'either'
      ? 'Nothing was written. Call generateUnityScript again, now with the complete C# file in `contents`.'
      : 'Nothing was written. The code model alone writes C# here: try again later, or let the developer set SPARK_SONNET_MODE to hybrid or off. Code that you send is not used.';
  return new AppError('code_model_unavailable', `${message} ${next}`, {
    data: { reason: code, ...(authorship === 'either' ? { missing: 'contents' } : {}) },
  });
}

const keyOf = (sessionId: string, name: string): string => `${sessionId} ${name}`;
const firstSentence = (message: string): string => /^.*?[.](?=\s|$)/s.exec(message)?.[0].slice(0, -1) ?? message;
