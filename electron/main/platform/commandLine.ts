import { linkAmong, type SparkLink } from './links.ts';

export type CommandLine =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'run'; readonly sandbox: boolean; readonly link: SparkLink | undefined };

/** What was asked for; every other argument is Chromium's or the system's and is left to them. */
export function parseCommandLine(parameters: readonly string[]): CommandLine {
  if (parameters.includes('--help') || parameters.includes('-h')) return { kind: 'help' };
  if (parameters.includes('--version')) return { kind: 'version' };
  return { kind: 'run', sandbox: parameters.includes('--sandbox'), link: linkAmong(parameters) };
}

export const helpText = `SPARK: build inside Unity by talking.

Usage: spark [--sandbox] [--help] [--version] [spark://session/<id>]

  --sandbox    starts with stand-ins for Unity and the model, in a folder of their own; the window says so
  --version    prints the version
  --help       prints this text

Without arguments the window opens; a second start brings the first one to the front. A link opens its session.
Configuration is read from environment variables (.env.example lists them): UNITY_MCP_URL for the Unity Editor,
OPENAI_REALTIME_API_KEY for the model, SPARK_DATA_DIR for the folder where everything is kept. What is not set is left
out, and the window says so. Log files are in the folder logs of the data folder.
`;
