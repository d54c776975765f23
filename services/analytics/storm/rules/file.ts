import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ValidationError } from '../../../../shared/errors/index.ts';
import { ConfigError } from '../../../../shared/node/config/index.ts';
import { readRules } from './readRules.ts';
import type { Rule } from './ruleSchema.ts';

/** The rules that come with SPARK. */
export const rulesFile = fileURLToPath(new URL('spark.rules.yaml', import.meta.url));

/** Throws a ConfigError that tells why the file cannot be read, or every mistake in it. */
export function loadRules(file: string): readonly Rule[] {
  try {
    return readRules(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof ValidationError) throw new ConfigError(error.issues);
    if (error instanceof Error && 'syscall' in error) throw new ConfigError([{ path: file, message: error.message }]);
    throw error;
  }
}
