export { makeProgram, ProgramContext } from './programStore.ts';
export type { ConnectionTarget, ProgramHandle } from './programStore.ts';
export type { ConfigValues } from './typedTexts.ts';
export { useTyped } from './useTyped.ts';
export { TestLine } from './TestLine.tsx';
