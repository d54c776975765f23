import process from 'node:process';
import type { FullConfig, FullResult, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter';
import { canRecordVideo } from './video.ts';

/** Says at the end what was not run and why, where the report is, and the sum: what is skipped has not passed. */
// oxlint-disable-next-line import/no-default-export -- Playwright takes a reporter by its default export
export default class Summary implements Reporter {
  private readonly skipped = new Map<string, string[]>();
  private folder = '';
  private all: Suite | undefined;

  onBegin(config: FullConfig, all: Suite): void {
    this.all = all;
    for (const [name, options] of config.reporter) {
      if (name === 'html') this.folder = (options as { readonly outputFolder?: string }).outputFolder ?? '';
    }
    // It goes before the configuration's.
    this.folder = process.env['PLAYWRIGHT_HTML_OUTPUT_DIR'] ?? this.folder;
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status !== 'skipped') return;
    const reason =
      test.annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description ??
      'it was not reached after an earlier failure';
    this.skipped.set(reason, [...(this.skipped.get(reason) ?? []), test.titlePath().slice(1).join(' › ')]);
  }

  onEnd(result: FullResult): void {
    const lines = [...this.skipped].flatMap(([reason, tests]) => [
      `  ${tests.length} not run: ${reason}`,
      ...tests.map((title) => `    ${title}`),
    ]);
    if (lines.length > 0) process.stdout.write(`\n${lines.join('\n')}\n`);
    const video = canRecordVideo()
      ? ''
      : '\n  Failures have no video: npm run qa brings what writes it, or npx playwright install ffmpeg';
    process.stdout.write(`\n  ${result.status}. Report: npx playwright show-report ${this.folder}${video}\n`);
    process.stdout.write(`\n${this.sum(result)}\n`);
  }

  /** As `npm test` counts: a run that ended badly without a failed test is one failure. */
  private sum({ status }: FullResult): string {
    const outcomes = (this.all?.allTests() ?? []).map((test) => test.outcome());
    const passed = outcomes.filter((outcome) => outcome === 'expected').length;
    const skipped = outcomes.filter((outcome) => outcome === 'skipped').length;
    const failed = outcomes.length - passed - skipped;
    return `${passed} passed, ${failed === 0 && status !== 'passed' ? 1 : failed} failed, ${skipped} skipped`;
  }
}
