export { explainConfig } from './explain.ts';
export type { ExplainedVariable } from './explain.ts';
export {
  describeVariable,
  isSecret,
  isVariableName,
  problemOf,
  readByDefault,
  readEnvironment,
  readLayers,
} from './layers.ts';
export type { Environment, EnvironmentLayers, VariableFacts } from './layers.ts';
export { ConfigError, configExitCode, variablesFile } from './configError.ts';
export { loadConfig } from './load.ts';
export type { Config } from './load.ts';
export { variables } from './variables.ts';
export type { Variable, VariableName, VariableValue } from './variables.ts';
