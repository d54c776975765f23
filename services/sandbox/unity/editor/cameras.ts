import { fail, type Body } from './reply.ts';
export function makeCameraCommands(_options: unknown): { readonly execute: (params: Body) => Body } {
  return { execute: () => fail('rendering comes next') };
}
