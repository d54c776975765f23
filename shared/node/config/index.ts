export { ConfigError, configExitCode, loadConfig, readEnvironment } from './load.ts';
export type { Config, Environment } from './load.ts';
export { variables } from './variables.ts';
export type { Variable, VariableName, VariableValue } from './variables.ts';
