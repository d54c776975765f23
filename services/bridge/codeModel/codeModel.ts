import type { Logger } from '../../../shared/node/logging/index.ts';
import type { CsharpChecker } from '../unity/csharp.ts';
import { checkAnswer, type Checked } from './answer.ts';
import { exchange, type Answer, type Turn } from './exchange.ts';
import { noKey, tooLarge, unavailable } from './failures.ts';
import { complaint, toPrompt } from './prompt.ts';
import type { CodeListeners, CodeModel, CodeResult } from './types.ts';
import { toCodeUsage } from './usage.ts';

export interface CodeModelOptions {
  /** Undefined: nothing is ever asked. */
  readonly apiKey: string | undefined;
  /** `https://api.anthropic.com`, or another place that speaks the same. */
  readonly baseUrl: string;
  readonly model: string;
  readonly csharp: Pick<CsharpChecker, 'check'>;
  readonly logger: Logger;
  /** How long an answer may be silent; the service pings while it thinks. Default 90 s. */
  readonly silenceMs?: number;
}

/**
 * A model that writes one C# file. Its answer is checked before anybody sees it; one that cannot be used is asked for
 * once more, with what is wrong with it. What it used is reported for every answer, used or not.
 */
export function makeCodeModel(options: CodeModelOptions): CodeModel {
  const { apiKey, baseUrl, model, csharp, logger, silenceMs = 90_000 } = options;

  async function attempt(key: string, turn: Turn, signal: AbortSignal, listeners: CodeListeners): Promise<Answer> {
    let lines = 1;
    return await exchange({ apiKey: key, baseUrl, model, silenceMs }, turn, signal, {
      onText(text) {
        lines += text.split('\n').length - 1;
        listeners.onProgress?.({ lines, second: turn.again !== null });
      },
      onMessage(message) {
        const usage = toCodeUsage(message);
        if (usage !== null) listeners.onUsage?.(usage);
      },
    });
  }

  return {
    model,
    hasKey: apiKey !== undefined,
    async writeCode(request, signal, listeners = {}): Promise<CodeResult> {
      if (apiKey === undefined) return noKey();
      const prompt = toPrompt(request);
      if (prompt === null) return tooLarge();
      let again: Turn['again'] = null;
      let checked: Checked | undefined;
      for (let tries = 0; tries < 2; tries += 1) {
        listeners.beforeRequest?.();
        const answer = await attempt(apiKey, { prompt, again }, signal, listeners);
        if (answer.kind === 'unavailable') {
          const detail = answer.detail?.replaceAll(apiKey, '[secret]').slice(0, 500);
          logger.info({ model, code: answer.code, detail }, 'the code model wrote nothing');
          return answer;
        }
        checked = await checkAnswer(answer.text, request.className, csharp);
        if (checked.kind === 'code') return { kind: 'code', contents: checked.contents, model };
        logger.info({ model, code: checked.code, tries }, 'the answer of the code model cannot be used');
        // The service takes no empty message.
        again = {
          answer: answer.text.trim() === '' ? '(nothing)' : answer.text,
          complaint: complaint(checked.problem),
        };
      }
      const { code, problem } = checked?.kind === 'unusable' ? checked : { code: 'not_code' as const, problem: '' };
      const [first = ''] = problem.split('\n    ');
      return unavailable(
        code,
        `${model} answered twice with something that is no file to write: ${first.replaceAll('\n', ' ')}`,
      );
    },
  };
}
