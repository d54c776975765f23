import { highlightCode, classHighlighter } from '@lezer/highlight';
import { csharpLanguage } from '@replit/codemirror-lang-csharp';

/** Loaded when the first C# block is shown. */
export interface CodeSpan {
  readonly text: string;
  readonly classes: string;
}

/** C# as spans with `tok-*` classes; the texts joined are the code. */
export function highlightCSharp(code: string): readonly CodeSpan[] {
  const spans: CodeSpan[] = [];
  highlightCode(
    code,
    csharpLanguage.parser.parse(code),
    classHighlighter,
    (text, classes) => spans.push({ text, classes }),
    () => spans.push({ text: '\n', classes: '' }),
  );
  return spans;
}
