import type { ChangeReader } from './types.ts';

/** "rename moveSpeed to walkSpeed": every whole-word use in the file. */
export const renameIdentifier: ChangeReader = (request) => {
  const match =
    /\brename\s+(?:the\s+)?(?:field\s+|variable\s+|method\s+)?[`'"]?(\w+)[`'"]?\s+(?:to|into|as)\s+[`'"]?([A-Za-z_]\w*)/i.exec(
      request,
    );
  const [from, to] = [match?.[1], match?.[2]];
  if (from === undefined || to === undefined) return null;
  return (contents) => {
    const uses = contents.match(new RegExp(`\\b${from}\\b`, 'g'))?.length ?? 0;
    if (uses === 0) return { problem: `\`${from}\` does not occur in this file, so there is nothing to rename.` };
    if (new RegExp(`\\b${to}\\b`).test(contents)) return { problem: `\`${to}\` already exists in this file.` };
    const note = new RegExp(`SerializeField[^;]*\\b${from}\\b`).test(contents)
      ? '; values set in the Inspector under the old name are lost unless you add `[FormerlySerializedAs]`'
      : '';
    return {
      contents: contents.replaceAll(new RegExp(`\\b${from}\\b`, 'g'), to),
      did: `\`${from}\` is now \`${to}\` (${uses} place${uses === 1 ? '' : 's'})${note}`,
    };
  };
};

const defaults: Readonly<Record<string, string>> = { float: '1f', int: '1', bool: 'false', string: '""' };

/** "add a field called lives of type int". */
export const addField: ChangeReader = (request) => {
  const match =
    /\badd\s+(?:a|an)\s+(?:(float|int|bool|string)\s+)?(?:field|variable|property)\s+(?:called|named)?\s*[`'"]?([A-Za-z_]\w*)/i.exec(
      request,
    );
  const name = match?.[2];
  if (name === undefined) return null;
  const type = (match?.[1] ?? /\bof type (float|int|bool|string)\b/i.exec(request)?.[1] ?? 'float').toLowerCase();
  return (contents) => {
    if (new RegExp(`\\b${name}\\b`).test(contents)) return { problem: `\`${name}\` already exists in this file.` };
    const start = /(class\s+\w+[^{]*\{\r?\n)/.exec(contents);
    if (start === null) return { problem: 'I found no class in this file.' };
    const at = start.index + start[0].length;
    const line = `    [SerializeField] private ${type} ${name} = ${defaults[type] ?? 'default'};\n\n`;
    return {
      contents: contents.slice(0, at) + line + contents.slice(at),
      did: `\`${name}\` (${type}) can be set in the Inspector`,
    };
  };
};
