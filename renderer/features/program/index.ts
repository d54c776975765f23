export { makeProgram, ProgramContext } from './programStore.ts';
export type { ConfigValues, ConnectionTarget, ProgramHandle } from './programStore.ts';
export { useTyped } from './useTyped.ts';
export { TestLine } from './TestLine.tsx';
