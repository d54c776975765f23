import { changesIn } from '../changes/index.ts';
import { plainTemplate, templates, type Template } from '../scripts/index.ts';
import type { Intent, Step } from '../steps.ts';

const surely = /\b(create|write|generate|new)\b/i;
const perhaps = /\b(make|add|build|need|want|give)\b( me)? (a|an|some)\b/i;

/** "create a player controller", "write an enemy and a health script", "create a script called Door that …". */
export const create: Intent = ({ text, files }) => {
  if (!surely.test(text) && !perhaps.test(text)) return [];
  // "add a double jump to the player controller" asks for a change of what is there.
  if (!surely.test(text) && files.length > 0 && changesIn(text).length > 0) return [];
  const head = text.split(/\b(?:that|which|who|so)\b/i)[0] ?? text;
  const wanted = head
    .split(/,|;|\band\b|\bplus\b|\bthen\b/i)
    .flatMap((fragment) => templates.find((template) => template.asks.test(fragment)) ?? [])
    .filter((template, at, all) => all.indexOf(template) === at);
  const name = nameIn(text);
  if (wanted.length === 0) {
    if (name === null && !/\b(script|component|behaviou?r|class|MonoBehaviour)\b/i.test(head)) return [];
    wanted.push(plainTemplate);
  }
  return wanted.map((template, at) => step(template, (at === 0 ? name : null) ?? template.defaultName, text));
};

function step(template: Template, name: string, text: string): Step {
  let contents = template.write(name, text);
  const notes = [...template.notes];
  for (const change of changesIn(text)) {
    const changed = change(contents);
    if ('problem' in changed) continue;
    contents = changed.contents;
    notes.push(changed.did);
  }
  if (/\bwith a syntax error\b/i.test(text)) contents = breakStatement(contents);
  else if (/\b(does not|doesn't|not) compile\b|\bwith a (mistake|compile error)\b/i.test(text)) {
    contents = misspellName(contents);
  }
  return {
    kind: 'call',
    tool: 'generateUnityScript',
    arguments: { prompt: text.slice(0, 8_000), name, path: folderIn(text) ?? 'Assets/Scripts', contents },
    announce: `I'll write \`${name}\`.`,
    parallel: true,
    notes,
  };
}

function nameIn(text: string): string | null {
  const name = /\b(?:called|named)\s+[`'"]?([A-Za-z_]\w*)/i.exec(text)?.[1]?.slice(0, 128);
  return name === undefined ? null : name.charAt(0).toUpperCase() + name.slice(1);
}

const folderIn = (text: string): string | null => /\b(Assets(?:\/[\w-]+)+)(?![\w./-])/.exec(text)?.[1] ?? null;

/** Uses a field once by a name that nothing declares: it parses, and the compiler reports CS0103. */
function misspellName(contents: string): string {
  const fields = contents.matchAll(/\bprivate (?:readonly )?\w+ ([a-z]\w{3,})(?: =|;)/g);
  for (const [, name = ''] of fields) {
    const uses = contents.matchAll(new RegExp(`(?<![.\\w])${name}\\b(?! =|;)`, 'g'));
    const last = [...uses].at(-1);
    if (last === undefined) continue;
    return `${contents.slice(0, last.index)}${name.slice(0, -1)}${contents.slice(last.index + name.length)}`;
  }
  return contents;
}

/** Takes the semicolon from the last statement: SPARK refuses it before anything is written. */
const breakStatement = (contents: string): string => contents.replace(/;(\n(?:[^;]*))$/, '$1');
