import type { Issue } from '../../errors/index.ts';
import { ConfigError } from './configError.ts';
import type { Environment } from './layers.ts';
import { variables, type Variable, type VariableName, type VariableValue } from './variables.ts';

export type Config<N extends VariableName> = { readonly [K in N]: VariableValue<K> };

/**
 * Reads the named variables. `required` ones must be set. An empty value counts as unset.
 * Throws a ConfigError that names every problem; secrets' values never appear in it.
 */
export function loadConfig<const N extends VariableName, const R extends N = never>(
  env: Environment,
  names: readonly N[],
  required: readonly R[] = [],
): { readonly [K in N]: K extends R ? NonNullable<VariableValue<K>> : VariableValue<K> } {
  const issues: Issue[] = [];
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const raw = env[name] === '' ? undefined : env[name];
    if (raw === undefined && required.some((other) => other === name)) {
      issues.push({ path: name, message: `is not set (${variables[name].meaning})` });
      continue;
    }
    const { schema, secret }: Variable = variables[name];
    const parsed = schema.safeParse(raw);
    if (parsed.success) values[name] = parsed.data;
    else
      for (const issue of parsed.error.issues)
        issues.push({ path: name, message: describe(issue.message, raw, secret === true) });
  }
  if (issues.length > 0) throw new ConfigError(issues);
  // Every named variable was parsed by its own schema above.
  return values as { readonly [K in N]: K extends R ? NonNullable<VariableValue<K>> : VariableValue<K> };
}

/** An address with a user or a password in it. */
const hasLogin = /\/\/[^/]*@/;
const describe = (message: string, raw: string | undefined, secret: boolean): string =>
  raw === undefined || secret || hasLogin.test(raw) ? message : `${message} (is ${JSON.stringify(raw)})`;
