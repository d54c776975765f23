import { changesIn } from '../realtime/planner/changes/index.ts';
import { mend } from '../realtime/planner/mend.ts';
import { plainTemplate, templates } from '../realtime/planner/scripts/index.ts';
import type { MessagesBody } from './body.ts';

/**
 * The scripted code model: it reads the prompt that SPARK writes and answers with C#, from the same scripts as the
 * stand-in of the Realtime model. It understands as much as that one; for the rest it writes an empty component.
 */
export function writeAnswer(body: MessagesBody): string {
  const text = taskOf(body);
  const wish = between(text, 'task') ?? text;
  const current = between(text, 'current_file');
  const errors = (between(text, 'compile_errors') ?? '').split('\n').filter((line) => line.trim() !== '');
  if (current !== null && errors.length > 0) {
    const mended = mend(current, errors.map(toError));
    if (mended !== null) return mended;
  }
  const template = templates.find(({ asks }) => asks.test(wish)) ?? plainTemplate;
  const name = /<file path="[^"]*" class="([^"]*)"/.exec(text)?.[1] ?? template.defaultName;
  if (current !== null) {
    const changed = applyAll(current, wish);
    if (changed !== current) return changed;
  }
  const draft = between(text, 'draft');
  if (draft !== null && draft.includes(name)) return draft;
  return applyAll(template.write(name, wish), wish);
}

function applyAll(contents: string, wish: string): string {
  let after = contents;
  for (const change of changesIn(wish)) {
    const changed = change(after);
    if (!('problem' in changed)) after = changed.contents;
  }
  return after;
}

/** The first message of the user: later ones complain about an answer. */
function taskOf(body: MessagesBody): string {
  const content = body.messages[0]?.content ?? '';
  return typeof content === 'string' ? content : content.map(({ text }) => text).join('\n');
}

function between(text: string, tag: string): string | null {
  const start = text.indexOf(`<${tag}>\n`);
  const end = text.lastIndexOf(`\n</${tag}>`);
  return start < 0 || end < start ? null : text.slice(start + tag.length + 3, end);
}

/** "line 12: CS1002 ; expected" */
function toError(line: string): { message: string; code?: string; line?: number } {
  const match = /^(?:line (\d+): )?(?:(CS\d{4}) )?(.*)$/.exec(line);
  return {
    message: match?.[3] ?? line,
    ...(match?.[1] === undefined ? {} : { line: Number(match[1]) }),
    ...(match?.[2] === undefined ? {} : { code: match[2] }),
  };
}
