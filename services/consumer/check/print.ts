import { variablesFile, type ExplainedVariable } from '../../../shared/node/config/index.ts';
import { failed, ok, type CheckLine, type Finding } from './report.ts';

export interface CheckReport {
  readonly ok: boolean;
  readonly version: string;
  readonly failed: number;
  readonly warnings: number;
  readonly configuration: readonly (CheckLine & { readonly source: ExplainedVariable['source'] })[];
  readonly checks: readonly CheckLine[];
}

export function makeReport(given: {
  readonly version: string;
  readonly configuration: readonly ExplainedVariable[];
  readonly checks: readonly CheckLine[];
}): CheckReport {
  const { version, checks } = given;
  const configuration = given.configuration.map((variable) => ({
    name: variable.name,
    source: variable.source,
    ...judge(variable),
  }));
  const count = (state: CheckLine['state']): number =>
    [...configuration, ...checks].filter((line) => line.state === state).length;
  const failures = count('failed');
  return { ok: failures === 0, version, failed: failures, warnings: count('warning'), configuration, checks };
}

function judge({ value, problems }: ExplainedVariable): Finding {
  if (problems.length > 0)
    return failed(problems.join('; '), `Correct it; ${variablesFile()} tells what each variable means.`);
  return ok(value ?? '-');
}

/** A table for people. */
export function formatReport({ version, configuration, checks, failed: failures, warnings }: CheckReport): string {
  const widthOf = (lines: readonly CheckLine[]): number => Math.max(0, ...lines.map(({ name }) => name.length));
  const wide = widthOf(configuration);
  const settings = configuration.map((line) => format({ ...line, found: `${line.found}  (${line.source})` }, wide));
  const tested = checks.map((line) => format(line, widthOf(checks)));
  const end =
    failures + warnings === 0 ? 'All is well.' : `${counted(failures, 'failure')}, ${counted(warnings, 'warning')}.`;
  return [`spark-nats-consumer ${version}`, '', ...settings, '', ...tested, '', end].join('\n');
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

function format({ name, state, found, advice }: CheckLine, width: number): string {
  const line = `${state.padEnd(7)}  ${name.padEnd(width)}  ${found}`;
  return advice === undefined ? line : `${line}\n${' '.repeat(width + 11)}→ ${advice}`;
}
