import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** What became of one test. A file that could not even be read counts as one test by its own name. */
export interface Outcome {
  /** File and full name: the same test in two reports has the same one. */
  readonly key: string;
  readonly file: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped. */
  readonly reason: string;
}

const noReason = 'no reason given';
const vitestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          meta: z.object({ skipReason: z.string().optional() }).optional(),
        }),
      ),
    }),
  ),
});

/** Reads what Vitest's JSON reporter wrote. Throws when there is none, or when it is no such report. */
export async function readVitest(path: string): Promise<Outcome[]> {
  const { testResults } = vitestReport.parse(JSON.parse(await readFile(path, 'utf8')));
  return testResults.flatMap(({ name: file, status, assertionResults }): Outcome[] => {
    const tests = assertionResults.map(({ fullName, status: state, meta }): Outcome => {
      const known = state === 'passed' || state === 'failed' ? state : 'skipped';
      return { key: `${file} › ${fullName}`, file, status: known, reason: meta?.skipReason ?? noReason };
    });
    if (status === 'failed' && !tests.some((test) => test.status === 'failed'))
      tests.push({ key: file, file, status: 'failed', reason: '' });
    return tests;
  });
}

interface PlaywrightSuite {
  readonly specs: readonly {
    readonly title: string;
    readonly file: string;
    readonly tests: readonly {
      readonly status: string;
      readonly projectName: string;
      readonly annotations: readonly { readonly type: string; readonly description?: string }[];
    }[];
  }[];
  readonly suites?: readonly PlaywrightSuite[];
}

/** Reads what Playwright's JSON reporter wrote. Throws when there is none. */
export async function readPlaywright(path: string): Promise<Outcome[]> {
  const report: { suites: PlaywrightSuite[] } = JSON.parse(await readFile(path, 'utf8'));
  const visit = ({ specs, suites = [] }: PlaywrightSuite): Outcome[] => [
    ...specs.flatMap(({ title, file, tests }) =>
      tests.map(({ status, projectName, annotations }): Outcome => {
        const known = status === 'expected' ? 'passed' : status === 'skipped' ? 'skipped' : 'failed';
        const reason = annotations.find(({ type }) => type === 'skip')?.description ?? noReason;
        return { key: `[${projectName}] ${file} › ${title}`, file, status: known, reason };
      }),
    ),
    ...suites.flatMap(visit),
  ];
  return report.suites.flatMap(visit);
}
