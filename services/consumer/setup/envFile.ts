import { parseEnv } from 'node:util';
import { ConfigError, describeVariable, variables, type VariableName } from '../../../shared/node/config/index.ts';
import { consumerVariables } from '../settings.ts';

const setBySystemd: readonly VariableName[] = ['JOURNAL_STREAM', 'NOTIFY_SOCKET', 'WATCHDOG_USEC'];

/** `/etc/spark/consumer.env` before it was set up: every variable with its meaning, none set. */
export function environmentTemplate(): string {
  const blocks = consumerVariables
    .filter((name) => !setBySystemd.includes(name))
    .map((name) => {
      const { defaultValue, choices } = describeVariable(name);
      const told = [
        variables[name].meaning,
        ...(choices.length === 0 ? [] : [choices.join(', ')]),
        ...(defaultValue === null ? [] : [`Default ${defaultValue}`]),
      ];
      return `# ${told.join('. ')}.\n#${name}=\n`;
    });
  return `# What the SPARK consumer and spark-db read. "spark-nats-consumer setup" asks for it, tests it and writes it; changed by
# hand it counts from the next start. A value with spaces, # or quotes stands in quotes of another kind.
# /etc/spark/consumer-NAME.env is read after this file by the instance spark-nats-consumer@NAME.

${blocks.join('\n')}`;
}

/** The file's text with these variables set; all else stays as it is, comments too. Throws a ConfigError for a value that no line can hold. */
export function withVariables(text: string, values: ReadonlyMap<VariableName, string>): string {
  let result = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  for (const [name, value] of values) {
    const line = lineOf(name, value);
    const existing = new RegExp(`^${name}=.*$`, 'm');
    const commented = new RegExp(`^# ?${name}=.*$`, 'm');
    const place = existing.test(result) ? existing : commented.test(result) ? commented : undefined;
    // A function: `$` in a password is no pattern.
    result = place === undefined ? `${result}${line}\n` : result.replace(place, () => line);
  }
  return result;
}

/** Quoted so that it comes back as the same value, whatever stands in the lines below. */
function lineOf(name: VariableName, value: string): string {
  // Double quotes last: within them \n is a line break.
  const quote = /^[^\s#'"`]*$/.test(value) ? '' : ["'", '`', '"'].find((each) => !value.includes(each));
  const line = `${name}=${quote ?? ''}${value}${quote ?? ''}`;
  if (quote !== undefined && !value.includes('\n') && parseEnv(line)[name] === value) return line;
  throw new ConfigError([{ path: name, message: 'has a line break or all kinds of quotes, which no file can hold' }]);
}
