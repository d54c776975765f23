import type { DemoReport } from './play.ts';

/** The demo's report for people: step, evidence, time. */
export function renderTable(report: DemoReport, width: number): string {
  const names = Math.max(...report.steps.map((step) => step.name.length));
  const room = Math.max(width - names - 16, 40);
  const lines = report.steps.flatMap((step) => {
    const text = wrap(step.ok ? step.evidence : `FAILED: ${step.error ?? 'unknown'}`, room);
    return text.map((line, index) =>
      index === 0
        ? `${step.ok ? '✓' : '✗'} ${step.name.padEnd(names)}  ${line.padEnd(room)} ${`${step.ms} ms`.padStart(10)}`
        : `  ${' '.repeat(names)}  ${line}`,
    );
  });
  const rule = '─'.repeat(Math.min(names + room + 15, width));
  return [rule, ...lines, rule].join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
