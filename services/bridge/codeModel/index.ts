export { makeCodeModel } from './codeModel.ts';
export type { CodeModelOptions } from './codeModel.ts';
export type { CodeModel, CodeRequest, Neighbour } from './types.ts';
