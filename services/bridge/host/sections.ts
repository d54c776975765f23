import type { ConfigItem } from '../../../shared/contracts/index.ts';
import type { VariableName } from '../../../shared/node/config/index.ts';

/** Under which heading of the settings a variable is found. */
export function sectionOf(name: VariableName): ConfigItem['section'] {
  if (/^(ANTHROPIC_|SPARK_CODE_MODEL|SPARK_SONNET)/.test(name)) return 'codeModel';
  if (/^(OPENAI_|SPARK_REALTIME|HTTPS_PROXY$|NO_PROXY$|SPARK_CA_FILE$)/.test(name)) return 'model';
  if (name.startsWith('UNITY_')) return 'unity';
  if (/^(SLATE_|SPARK_DB_)/.test(name)) return 'database';
  if (/^(NATS_|SPARK_NATS_)/.test(name)) return 'nats';
  if (name.startsWith('SPARK_WEB_')) return 'web';
  return 'program';
}

/** What is needed before the settings of the data folder can be read, or decided by who starts the program. */
const fixed: ReadonlySet<VariableName> = new Set([
  'SPARK_DATA_DIR',
  'SPARK_SIMULATED',
  'SPARK_LOG_LEVEL',
  'SPARK_UPDATE_URL',
  'NODE_ENV',
  'SPARK_WEB_HOST',
  'SPARK_WEB_PORT',
  'SPARK_WEB_TOKEN',
]);
export const isChangeable = (name: VariableName): boolean => !fixed.has(name);
