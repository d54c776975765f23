/** What a run of generated messages was answered, by answer: `ok`, an error code, or `not sent` (nothing can clone it). */
export type Tally = Record<string, number>;

export interface FuzzOptions {
  readonly seed: number;
  readonly count: number;
  /** Real names, so that a share of the messages passes the table. */
  readonly routes: readonly string[];
}

/**
 * Sends generated messages through the window's bridge: names that exist, nearly exist, or never could; inputs of every
 * shape that can be cloned and some that cannot. Runs inside the page (Playwright hands over its text), so it stands
 * alone. The seed repeats every message.
 */
export async function sendGenerated({ seed, count, routes }: FuzzOptions): Promise<Tally> {
  const bridge = (globalThis as { spark?: { request(route: unknown, input: unknown): Promise<unknown> } }).spark;
  if (bridge === undefined) throw new Error('The page has no bridge.');
  let state = seed >>> 0;
  // mulberry32
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const words = ['constructor', '__proto__', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'then', 'length'];
  const keys = [...words, 'sessionId', 'messageId', 'text', 'act', 'on', 'values', 'kind', 'path', 'title', 'settings'];
  const text = (): string => {
    const length = pick([0, 1, 2, 8, 63, 64, 65, 300]);
    return String.fromCharCode(...Array.from({ length }, () => below(pick([0x80, 0x2000, 0x10000]))));
  };
  const cycle = (): unknown => {
    const ring: Record<string, unknown> = { sessionId: text() };
    ring['self'] = ring;
    return ring;
  };
  const deep = (): unknown => {
    let inner: unknown = 1;
    for (let level = below(200); level > 0; level -= 1) inner = random() < 0.5 ? [inner] : { a: inner };
    return inner;
  };
  const leaf = (): unknown => {
    const make = pick<() => unknown>([
      () => undefined,
      () => null,
      () => true,
      () => pick([0, -1, 1.5, 2 ** 53, Number.NaN, Infinity, -0]),
      () => BigInt(below(1_000)),
      text,
      () => '0199a7c8-0000-7000-8000-00000000000' + below(10),
      () => new Date(below(2 ** 31)),
      () => new Uint8Array(below(100)),
      () => new Map([[text(), 1]]),
      () => new Set([text()]),
      () => new Error(text()),
      () => /x/,
      () => pick(words),
      deep,
      cycle,
      () => () => 1,
      () => Symbol('x'),
    ]);
    return make();
  };
  const value = (depth: number): unknown => {
    const kind = below(5);
    if (depth > 3 || kind === 0) return leaf();
    if (kind === 1) return Array.from({ length: below(5) }, () => value(depth + 1));
    const made: Record<string, unknown> = {};
    for (let left = below(4); left > 0; left -= 1) {
      // Also as an own property of that name, which a literal would not make.
      Object.defineProperty(made, pick(keys), { value: value(depth + 1), enumerable: true, configurable: true });
    }
    return made;
  };
  const route = (): unknown => {
    const name = pick(routes);
    const make = pick<() => unknown>([
      () => name,
      () => name,
      () => name.toUpperCase(),
      () => `${name} `,
      () => name.slice(0, below(name.length + 1)),
      () => `${name}\u0000`,
      () => pick(words),
      text,
      leaf,
    ]);
    return make();
  };

  const tally: Tally = {};
  const send = async (): Promise<void> => {
    let answer = 'not sent';
    try {
      const result = (await bridge.request(route(), value(0))) as { ok?: unknown; error?: { code?: string } };
      answer = result.ok === true ? 'ok' : (result.error?.code ?? 'no answer');
    } catch (error) {
      // What cannot be cloned never leaves the page; anything else is an answer that should not be.
      const message = String(error);
      answer = /could not be cloned|recursion|is not a function|conver/i.test(message)
        ? 'not sent'
        : message.slice(0, 200);
    }
    tally[answer] = (tally[answer] ?? 0) + 1;
  };
  for (let sent = 0; sent < count; sent += 250) {
    await Promise.all(Array.from({ length: Math.min(250, count - sent) }, send));
  }
  return tally;
}
