import { AppError, type Issue } from '../../errors/index.ts';

/** Exit code of every program whose configuration is wrong (`EX_CONFIG` of sysexits). */
export const configExitCode = 78;

/** Every configuration problem at once, each under its variable's name. */
export class ConfigError extends AppError {
  override readonly name = 'ConfigError';
  readonly issues: readonly Issue[];
  constructor(issues: readonly Issue[]) {
    const lines = issues.map((issue) => `  ${issue.path}: ${issue.message}`);
    super(
      'config_invalid',
      `The configuration has ${issues.length} problem(s):\n${lines.join('\n')}\nNothing was started. .env.example lists every variable.`,
      {
        data: { issues },
      },
    );
    this.issues = issues;
  }
}
