import { AppError, type Issue } from '../../errors/index.ts';

/** Exit code of every program whose configuration is wrong (`EX_CONFIG` of sysexits). */
export const configExitCode = 78;

let whereVariablesAre = '.env.example';

/** The file that tells what each variable means: `.env.example` of the sources, or the one that a package installed. */
export const variablesFile = (): string => whereVariablesAre;

/** For a packaged program, which has no sources beside it. */
export function tellVariablesFile(path: string): void {
  whereVariablesAre = path;
}

/** Every configuration problem at once, each under its variable's name. */
export class ConfigError extends AppError {
  override readonly name = 'ConfigError';
  readonly issues: readonly Issue[];
  constructor(issues: readonly Issue[]) {
    const lines = issues.map((issue) => `  ${issue.path}: ${issue.message}`);
    super(
      'config_invalid',
      `The configuration has ${issues.length} problem(s):\n${lines.join('\n')}\nNothing was started. ${variablesFile()} lists every variable.`,
      {
        data: { issues },
      },
    );
    this.issues = issues;
  }
}
