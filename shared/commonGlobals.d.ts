// Globals that every runtime of SPARK has (Node, Electron, browser) and that TypeScript declares only with one of them.
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  decode(input?: Uint8Array): string;
}
