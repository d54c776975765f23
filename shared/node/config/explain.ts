import { isSecret, type EnvironmentLayers } from './layers.ts';
import { ConfigError } from './configError.ts';
import { loadConfig } from './load.ts';
import type { VariableName } from './variables.ts';

export interface ExplainedVariable {
  readonly name: VariableName;
  /** `environment`, `default`, `unset`, or the path of the file as it was named. */
  readonly source: string;
  /** As the program takes it; `set` for a secret; null when it is unset or wrong. */
  readonly value: string | null;
  /** What `loadConfig` says of it; empty when all is well. */
  readonly problems: readonly string[];
}

/** Every named variable with its value and where that comes from, for a person. Never shows a secret, never throws. */
export function explainConfig<const N extends VariableName>(
  { environment, file, files = {} }: EnvironmentLayers,
  names: readonly N[],
  required: readonly N[] = [],
): ExplainedVariable[] {
  return names.map((name) => {
    const given = environment[name] ?? file[name];
    const isGiven = given !== undefined && given !== '';
    const { value, problems } = tryOne(name, given, required.includes(name));
    const from = environment[name] === undefined ? (files[name] ?? '.env') : 'environment';
    const source = isGiven ? from : value === null ? 'unset' : 'default';
    return { name, source, value, problems };
  });
}

function tryOne(name: VariableName, given: string | undefined, isRequired: boolean) {
  try {
    const { [name]: value } = loadConfig({ [name]: given }, [name], isRequired ? [name] : []);
    return { value: show(name, value), problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { value: null, problems: error.issues.map(({ message }) => message) };
  }
}

function show(name: VariableName, value: unknown): string | null {
  if (value === undefined) return null;
  if (isSecret(name)) return 'set';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
