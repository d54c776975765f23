import type { Change } from './changes/types.ts';
import type { KnownFile } from './knowledge.ts';

/** One thing to do for a request. */
export type Step =
  | {
      readonly kind: 'call';
      readonly tool: string;
      readonly arguments: Readonly<Record<string, unknown>>;
      /** Said before the call. */
      readonly announce: string;
      /** May run beside its neighbours. */
      readonly parallel: boolean;
      /** For the summary: what the developer should know about it. */
      readonly notes: readonly string[];
    }
  | { readonly kind: 'change'; readonly path: string; readonly changes: readonly Change[] }
  /** Puts a script on an object of the scene, which is made when there is none. */
  | { readonly kind: 'attach'; readonly path: string; readonly target: string }
  | { readonly kind: 'mend'; readonly path: string };

export interface Wish {
  readonly text: string;
  readonly files: readonly KnownFile[];
}

/** Reads the steps that one kind of request needs; empty when the request is not of that kind. */
export type Intent = (wish: Wish) => readonly Step[];

/** The file that a request means: the one it names, by words or by path, else the one touched last. */
export function fileMeant(wish: Wish): string | null {
  const path = /\bAssets\/[\w\-./ ]*?\.cs\b/.exec(wish.text)?.[0];
  if (path !== undefined) return path;
  const words = wish.text.toLowerCase().replaceAll(/[^a-z0-9]+/g, ' ');
  const squeezed = words.replaceAll(' ', '');
  const named = wish.files.toReversed().find((file) => {
    const name = classNameOf(file.path).toLowerCase();
    const first = /^[A-Z][a-z]+/.exec(classNameOf(file.path))?.[0].toLowerCase();
    return squeezed.includes(name) || (first !== undefined && words.split(' ').includes(first));
  });
  return (named ?? wish.files.at(-1))?.path ?? null;
}

export const classNameOf = (path: string): string => path.split('/').at(-1)?.replace(/\.cs$/, '') ?? path;
