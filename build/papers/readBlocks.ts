/**
 * A fenced block of a paper and what is to be done with it, as its info string says:
 * `sh on=27` (run on that machine, `as=postgres` by that user), `sql on=27 db=wissil_db`, `conf on=27 file=/etc/x`
 * (written there), `sh not-run="why"`; `needs=redis` where that program can be had.
 */
export interface Block {
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Languages of what a reader types or installs; the others only show something. */
const commands = new Set(['sh', 'bash', 'shell', 'console', 'sql', 'conf', 'diff']);

export function readBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const opening = /^( *)(`{3,})(\S*) *(.*)$/.exec(lines[at] ?? '');
    if (opening === null) continue;
    const [, indent = '', fence = '', language = '', info = ''] = opening;
    const line = at + 1;
    const text: string[] = [];
    for (at++; at < lines.length && lines[at]?.trim() !== fence; at++)
      text.push((lines[at] ?? '').slice(indent.length));
    blocks.push({ line, language, text: `${text.join('\n')}\n`, attributes: parseAttributes(info) });
  }
  return blocks;
}

function parseAttributes(info: string): Record<string, string> {
  const found = info.matchAll(/([a-z-]+)=(?:"([^"]*)"|(\S+))/g);
  return Object.fromEntries([...found].map(([, name = '', quoted, plain]) => [name, quoted ?? plain ?? '']));
}

/** Why a block is neither run nor named with a reason, or undefined. */
export function problemOf({ language, attributes }: Block): string | undefined {
  if (language === '') return 'no language: text that is only shown is `text`';
  if (!commands.has(language)) return undefined;
  const { on, file, 'not-run': reason } = attributes;
  if (reason !== undefined) {
    if (on !== undefined) return 'both run and not run';
    return reason.trim().split(/\s+/).length >= 3 ? undefined : 'not-run needs a reason in words';
  }
  if (on === undefined) return 'neither on=<machine> nor not-run="why"';
  return (language === 'conf') === (file !== undefined) ? undefined : 'conf needs file=, and only conf has one';
}
