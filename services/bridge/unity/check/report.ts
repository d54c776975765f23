import type { CheckReport } from './run.ts';

/** The report as Markdown: each step, then where reality differs from what was captured. */
export function renderReport(report: CheckReport, facts: { readonly url: string; readonly at: Date }): string {
  const rows = report.steps.map(
    ({ name, ok, ms, detail }) => `| ${ok ? '✓' : '✗'} | ${cell(name)} | ${ms} | ${cell(detail)} |`,
  );
  const shapes = report.shapes.flatMap(({ name, difference }) => {
    if (typeof difference === 'string') return [`- ${name}: no reply to compare (${difference})`];
    const lines = [
      ...difference.missing.map((path) => `  - missing: \`${path}\``),
      ...difference.added.map((path) => `  - new: \`${path}\``),
      ...difference.changed.map((change) => `  - other type: \`${change}\``),
    ];
    return lines.length === 0 ? [`- ${name}: as captured`] : [`- ${name}:`, ...lines];
  });
  return [
    '# Check of a live Unity Editor',
    '',
    `${facts.at.toISOString()}, ${facts.url}: ${report.ok ? 'everything works' : 'something does not work'}.`,
    '',
    '|   | step | ms | seen |',
    '| - | ---- | -- | ---- |',
    ...rows,
    '',
    '## Replies beside those captured from MCP for Unity 10.1.0',
    '',
    ...(shapes.length === 0 ? ['None were compared.'] : shapes),
    '',
  ].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
