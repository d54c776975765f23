import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { delimiter } from 'node:path';
import process from 'node:process';
import { parseEnv } from 'node:util';
import type { z } from 'zod';
import { ZodDefault, ZodEnum, ZodOptional, ZodPipe } from 'zod';
import { ConfigError, tellVariablesFile } from './configError.ts';
import { variables, type Variable, type VariableName } from './variables.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where variables come from, the stronger first: the process's environment, then the files. */
export interface EnvironmentLayers {
  readonly environment: Environment;
  readonly file: Environment;
  /** The path of the file that a variable is from, where several may be; `.env` for one that is not named. */
  readonly files?: Environment;
}

/**
 * Reads both: the files that `SPARK_ENV_FILE` names (later ones win), else `.env` of the working folder. A file that is
 * not there is an empty one. Throws a ConfigError for one that may not be read.
 */
export function readLayers(): EnvironmentLayers {
  const named = process.env['SPARK_ENV_FILE'];
  const paths = named === undefined || named === '' ? ['.env'] : named.split(delimiter);
  const read = paths.map((path) => ({ path, values: readFile(path) }));
  return {
    environment: process.env,
    file: Object.assign({}, ...read.map(({ values }) => values)),
    files: Object.fromEntries(read.flatMap(({ path, values }) => Object.keys(values).map((name) => [name, path]))),
  };
}

function readFile(path: string): Environment {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return {};
    throw new ConfigError([
      { path: 'SPARK_ENV_FILE', message: `${path} cannot be read by ${userInfo().username} (${String(error.code)})` },
    ]);
  }
}

/** For a packaged program: the file that is read when nobody names another one, and that lists every variable. */
export function readByDefault(path: string): void {
  tellVariablesFile(path);
  process.env['SPARK_ENV_FILE'] ??= path;
}

/** The process environment over the variables of the files. */
export function readEnvironment(): Environment {
  const { environment, file } = readLayers();
  return { ...file, ...environment };
}

/** A variable as a person who sets it needs it. */
export interface VariableFacts {
  readonly kind: 'text' | 'number' | 'choice' | 'secret';
  /** Values of a `choice`. */
  readonly choices: readonly string[];
  readonly defaultValue: string | null;
}

export function describeVariable(name: VariableName): VariableFacts {
  const { schema, secret }: Variable = variables[name];
  const unset = schema.safeParse(undefined);
  const value: unknown = unset.success ? unset.data : undefined;
  const choices = choicesOf(schema);
  return {
    kind: secret === true ? 'secret' : choices.length > 0 ? 'choice' : typeof value === 'number' ? 'number' : 'text',
    choices,
    defaultValue: typeof value === 'string' || typeof value === 'number' ? String(value) : null,
  };
}

/** Why the value does not fit, or null. Empty counts as unset, as everywhere. */
export function problemOf(name: VariableName, value: string): string | null {
  const { schema }: Variable = variables[name];
  const parsed = schema.safeParse(value === '' ? undefined : value);
  return parsed.success ? null : parsed.error.issues.map(({ message }) => message).join('; ');
}

export const isVariableName = (name: string): name is VariableName => Object.hasOwn(variables, name);
export const isSecret = (name: VariableName): boolean => {
  const { secret }: Variable = variables[name];
  return secret === true;
};

function choicesOf(schema: z.core.$ZodType): readonly string[] {
  if (schema instanceof ZodDefault || schema instanceof ZodOptional) return choicesOf(schema.unwrap());
  if (schema instanceof ZodPipe) return choicesOf(schema.in);
  return schema instanceof ZodEnum ? schema.options.map(String) : [];
}
