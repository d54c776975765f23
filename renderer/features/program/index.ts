export { makeProgram, ProgramContext } from './programStore.ts';
export type { ConfigValues, ConnectionTarget, ProgramHandle } from './programStore.ts';
export { TestLine } from './TestLine.tsx';
