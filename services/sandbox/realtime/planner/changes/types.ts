/** A change of a C# file. `problem` says in words why it cannot be done to this file. */
export type Changed = { readonly contents: string; readonly did: string } | { readonly problem: string };
export type Change = (contents: string) => Changed;

/** Reads one wish out of a request; null when the request does not ask for it. */
export type ChangeReader = (request: string) => Change | null;
