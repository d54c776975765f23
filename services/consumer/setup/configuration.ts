import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { parseEnv } from 'node:util';
import { describeVariable, type Environment, type VariableName } from '../../../shared/node/config/index.ts';
import { consumerVariables } from '../settings.ts';
import { environmentTemplate, withVariables } from './envFile.ts';

/** Which variables the file does not have as they are now. A default that nobody wrote down stays unwritten. */
export function changedVariables(file: string, env: Environment): VariableName[] {
  const written = parseEnv(readOr(file, ''));
  return consumerVariables.filter((name) => {
    const value = env[name] ?? '';
    if (setBySystemd.test(name) || value === (written[name] ?? '')) return false;
    return written[name] !== undefined || value !== describeVariable(name).defaultValue;
  });
}

const setBySystemd = /^(JOURNAL_STREAM|NOTIFY_SOCKET|WATCHDOG_USEC)$/;

/** Why it could not be written, for a person; null when it can. */
export function whyNotWritable(file: string): string | null {
  try {
    accessSync(dirname(file), constants.W_OK);
    return null;
  } catch {
    return `Nothing was changed: ${dirname(file)} cannot be written to. Run this as root.`;
  }
}

/** Writes the named variables, whole or not at all. Owner and mode stay; a new file is its owner's alone (0600). */
export function writeConfiguration(file: string, names: readonly VariableName[], env: Environment): void {
  const text = withVariables(
    readOr(file, environmentTemplate()),
    new Map(names.map((name) => [name, env[name] ?? ''])),
  );
  const part = `${file}.part`;
  writeFileSync(part, text, { mode: 0o600 });
  try {
    const { uid, gid, mode } = statSync(file);
    chownSync(part, uid, gid);
    chmodSync(part, mode & 0o777);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  renameSync(part, file);
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return otherwise;
    throw error;
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
