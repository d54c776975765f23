/**
 * The NATS client protocol cut into whole operations, for a proxy that drops, holds or reorders single messages. Lines
 * end with CR LF; PUB, HPUB, MSG and HMSG carry a payload whose length is their last word.
 */
export interface Frame {
  /** PUB, MSG, PING, … in capitals. */
  readonly verb: string;
  /** The words after the verb. */
  readonly words: readonly string[];
  readonly bytes: Buffer;
}

const withPayload: ReadonlySet<string> = new Set(['PUB', 'HPUB', 'MSG', 'HMSG']);

/** Returns what takes the bytes of one direction in any pieces and gives back the frames that are whole. */
export function makeFrameSplitter(): (chunk: Buffer) => Frame[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const frames: Frame[] = [];
    let at = 0;
    for (;;) {
      const frame = frameAt(rest, at);
      if (frame === undefined) break;
      frames.push(frame);
      at += frame.bytes.length;
    }
    rest = rest.subarray(at);
    return frames;
  };
}

function frameAt(bytes: Buffer, at: number): Frame | undefined {
  const lineEnd = bytes.indexOf('\r\n', at);
  if (lineEnd === -1) return undefined;
  const [first = '', ...words] = bytes.toString('latin1', at, lineEnd).split(/\s+/);
  const verb = first.toUpperCase();
  const end = withPayload.has(verb) ? lineEnd + 2 + Number(words.at(-1)) + 2 : lineEnd + 2;
  return end > bytes.length ? undefined : { verb, words, bytes: bytes.subarray(at, end) };
}

/** An acknowledgement on its way to the server. */
export const isAcknowledgement = ({ verb, words }: Frame): boolean =>
  (verb === 'PUB' || verb === 'HPUB') && words[0]?.startsWith('$JS.ACK.') === true;

/** A message of a stream on its way to a consumer: its reply subject is where it is acknowledged. */
export const isDelivery = ({ verb, words }: Frame): boolean =>
  (verb === 'MSG' || verb === 'HMSG') && words[2]?.startsWith('$JS.ACK.') === true;
