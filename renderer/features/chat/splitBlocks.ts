/**
 * Cuts markdown into top-level blocks, so that streamed text renders only its last one again. The blocks joined are the
 * text. Text that is appended can change only the last block: the ones before it are final. A block ends at a blank line
 * outside a fence; a line after it that is indented, or that is or may become a list item below a list, belongs to it.
 */
const fence = /^ {0,3}(`{3,}|~{3,})/;
const listItem = /^ {0,3}([-*+]|\d{1,9}[.)])(\s|$)/;
/** What a list item may look like before all of its first characters have arrived. */
const maybeListItem = /^ {0,3}([-*+]|\d{1,9}[.)]?)?$/;

export function splitBlocks(text: string): readonly string[] {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const blocks: string[] = [];
  let current = '';
  let openFence: string | null = null;
  let blank = false;
  let inList = false;

  for (const [index, line] of lines.entries()) {
    const isLast = index === lines.length - 1 && !line.endsWith('\n');
    const bare = line.trimEnd();
    if (openFence !== null) {
      current += line;
      if (closes(bare, openFence)) openFence = null;
      continue;
    }
    if (bare === '' && !isLast) {
      current += line;
      blank = current.trim() !== '';
      continue;
    }
    const continues =
      inList && (/^( {2,}|\t)/.test(line) || listItem.test(bare) || (isLast && maybeListItem.test(line)));
    // A last line of spaces only may still become either.
    if (blank && !continues && !(isLast && line.trim() === '')) {
      blocks.push(current);
      current = '';
      inList = false;
    }
    blank = false;
    if (current.trim() === '') inList = listItem.test(bare);
    openFence = fence.exec(line)?.[1] ?? null;
    current += line;
  }
  if (current !== '') blocks.push(current);
  return blocks;
}

/**
 * As `splitBlocks`, for a text that grows: what is finished is not read again, so that a piece costs as much after
 * 100,000 characters as after ten. A text that does not go on from the one before is split from its beginning.
 */
export function makeBlockSplitter(): (text: string) => readonly string[] {
  let settled = '';
  let finished: readonly string[] = [];
  return (text) => {
    if (!text.startsWith(settled)) {
      settled = '';
      finished = [];
    }
    const rest = splitBlocks(text.slice(settled.length));
    const last = rest.at(-1);
    if (last === undefined) return finished;
    if (rest.length > 1) {
      finished = [...finished, ...rest.slice(0, -1)];
      settled = text.slice(0, text.length - last.length);
    }
    return [...finished, last];
  };
}

const closes = (line: string, open: string): boolean => {
  const mark = line.trim();
  return mark.length >= open.length && mark === (open[0] ?? '`').repeat(mark.length);
};
