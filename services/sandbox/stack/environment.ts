import { readEnvironment } from '../../../shared/node/config/index.ts';

const neededByTools =
  /^(PATH|HOME|USERPROFILE|SYSTEMROOT|TEMP|TMP|TMPDIR|APPDATA|LOCALAPPDATA|(PIP|GO|UV|SSL)[A-Z_]*|[A-Z]+_PROXY)$/i;

/** For servers and package tools: the system's variables and those of the tools, none of SPARK's own secrets. */
export function toolEnvironment(): Record<string, string> {
  const env: Record<string, string> = { LC_ALL: 'C', TZ: 'UTC' };
  for (const [name, value] of Object.entries(readEnvironment()))
    if (value !== undefined && neededByTools.test(name)) env[name] = value;
  return env;
}

/** For our own programs: this program's environment, with the given variables over it. */
export function programEnvironment(over: Readonly<Record<string, string>>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...readEnvironment(), ...over }))
    if (value !== undefined) env[name] = value;
  return env;
}
