import { consumerRole } from '../../../database/index.ts';
import {
  describeVariable,
  isSecret,
  problemOf,
  variables,
  type VariableName,
} from '../../../shared/node/config/index.ts';
import { environmentOf, type Answers, type Person, type SetupNeeds } from './types.ts';

export const natsQuestions = ['NATS_URL', 'SPARK_NATS_CREDS', 'SPARK_NATS_CA'] as const;
export const databaseQuestions = [
  'SLATE_DB_HOST',
  'SLATE_DB_PORT',
  'SLATE_DB_NAME',
  'SLATE_DB_USER',
  'SLATE_DB_PASSWORD',
  'SPARK_DB_SSL',
  'SPARK_DB_SSL_CA',
] as const;
export const serviceQuestions = ['SPARK_METRICS_HOST', 'SPARK_METRICS_PORT'] as const;

/** Other than the variables' own defaults: what a consumer on a machine of its own wants. */
const suggestions: Readonly<Partial<Record<VariableName, string>>> = { SLATE_DB_USER: consumerRole };
/** Asked only where another answer makes them matter. */
const needed: Readonly<Partial<Record<VariableName, (env: ReturnType<typeof environmentOf>) => boolean>>> = {
  SPARK_NATS_CA: (env) => env['NATS_URL']?.includes('tls:') === true,
  SPARK_DB_SSL_CA: (env) => !['', 'off', undefined].includes(env['SPARK_DB_SSL']),
};

/** Asks for each of the variables; what is set already, or suggested, is taken with Enter. Answers land in `answers`. */
export async function askFor(
  names: readonly VariableName[],
  answers: Answers,
  needs: Pick<SetupNeeds, 'layers' | 'say'> & { readonly person: Person },
): Promise<void> {
  for (const name of names) {
    const env = environmentOf(needs, answers);
    if (needed[name]?.(env) === false) continue;
    const current = valueOf(name, env);
    const shown = current === '' ? 'none' : isSecret(name) ? 'as set' : current;
    const { choices } = describeVariable(name);
    const hint = isSecret(name)
      ? ' (what is typed is not shown)'
      : choices.length === 0
        ? ''
        : ` (${choices.join(', ')})`;
    for (;;) {
      needs.say(`${variables[name].meaning}${hint}`);
      const typed = await needs.person.ask(`${name} [${shown}]: `, { secret: isSecret(name) });
      const value = typed === '' ? current : typed;
      const problem = value === '' && isNeeded(name) ? 'is needed' : problemOf(name, value);
      if (problem === null) {
        if (value !== '') answers.set(name, value);
        break;
      }
      needs.say(`That ${problem}.`);
    }
  }
}

/** What is suggested counts as set where nobody is asked. */
export function suggest(answers: Answers, needs: Pick<SetupNeeds, 'layers'>): void {
  const env = environmentOf(needs, answers);
  for (const name of Object.keys(suggestions) as VariableName[])
    if ((env[name] ?? '') === '') answers.set(name, suggestions[name] ?? '');
}

const isNeeded = (name: VariableName): boolean => name === 'NATS_URL' || name === 'SLATE_DB_HOST';
const valueOf = (name: VariableName, env: ReturnType<typeof environmentOf>): string =>
  (env[name] ?? '') !== '' ? (env[name] ?? '') : (suggestions[name] ?? describeVariable(name).defaultValue ?? '');
