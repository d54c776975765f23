import { connect, createServer, type Server, type Socket } from 'node:net';
import { makeFrameSplitter, type Frame } from './natsFrames.ts';

/**
 * A TCP proxy on the loopback address between one program and one server, for faults of the network. What it does to
 * bytes it does in order: a delay never lets a later byte pass an earlier one. Reordering is of whole NATS messages.
 */
export interface FaultProxy {
  readonly port: number;
  /**
   * Ends every fault. A connection that went silent stays silent for the program, which has to find out by itself; the
   * server is told that it is over, else it would hold what that connection had locked for a minute.
   */
  readonly heal: () => void;
  /** Resets every connection, and refuses new ones until `heal`. */
  readonly cut: () => void;
  /** Takes bytes and connections and passes nothing on, closes nothing: as if the cable were out. */
  readonly silence: () => void;
  readonly delay: (ms: number) => void;
  /** Every connection that carries bytes is reset in the middle of them. */
  readonly truncate: () => void;
  /** What happens to each NATS operation; only for a proxy that was made with `nats`. */
  readonly sort: (rule: FrameRule) => void;
  /** Connections that pass bytes now. */
  readonly open: () => number;
  readonly close: () => Promise<void>;
}

/** `up` is to the server. `late`: after some of the operations that come behind it. */
export type FrameRule = (frame: Frame, direction: Direction) => 'pass' | 'drop' | 'late';
export type Direction = 'up' | 'down';

type Mode = { readonly kind: 'pass' | 'cut' | 'silent' | 'truncate' } | { readonly kind: 'delay'; readonly ms: number };
interface Link {
  readonly ends: readonly [Socket, Socket];
  silent: boolean;
}

const passing: Mode = { kind: 'pass' };
/** How many operations may overtake a late one, and for how long. */
const lateBehind = 25;
const lateMs = 150;
const mostBuffered = 4 * 2 ** 20;

export async function startProxy(target: { readonly port: number; readonly nats: boolean }): Promise<FaultProxy> {
  const links = new Set<Link>();
  let mode: Mode = passing;
  let rule: FrameRule | undefined;

  const server: Server = createServer((client) => {
    if (mode.kind === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ host: '127.0.0.1', port: target.port, noDelay: true });
    client.setNoDelay(true);
    const link: Link = { ends: [client, upstream], silent: mode.kind === 'silent' };
    links.add(link);
    const end = (): void => {
      // The other end of a silent connection learns nothing, until the proxy itself ends.
      if (link.silent) return;
      links.delete(link);
      for (const each of link.ends) each.destroy();
    };
    for (const each of link.ends) each.on('error', end).on('close', end);
    forward(link, client, upstream, 'up');
    forward(link, upstream, client, 'down');
  });

  function forward(link: Link, from: Socket, to: Socket, direction: Direction): void {
    const split = target.nats ? makeFrameSplitter() : undefined;
    const late: Buffer[] = [];
    let overtaken = 0;
    let ordered: Promise<void> = Promise.resolve();

    const send = (bytes: Buffer): void => {
      if (bytes.length === 0 || link.silent || to.destroyed) return;
      if (mode.kind === 'truncate' && bytes.length > 1) {
        to.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => {
          for (const each of link.ends) each.destroy();
        });
        return;
      }
      if (!to.write(bytes) && to.writableLength > mostBuffered) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    };
    const release = (): Buffer => {
      overtaken = 0;
      return Buffer.concat(late.splice(0));
    };
    const sorted = (chunk: Buffer): Buffer => {
      if (split === undefined) return chunk;
      const parts: Buffer[] = [];
      for (const frame of split(chunk)) {
        const where = rule?.(frame, direction) ?? 'pass';
        if (where === 'pass') parts.push(frame.bytes);
        else if (where === 'late') {
          if (late.length === 0) setTimeout(() => send(release()), lateMs);
          late.push(frame.bytes);
        }
        if (late.length > 0 && (overtaken += 1) > lateBehind) parts.push(release());
      }
      return Buffer.concat(parts);
    };
    from.on('data', (chunk: Buffer) => {
      if (mode.kind === 'silent') link.silent = true;
      if (link.silent) return;
      const bytes = sorted(chunk);
      const due = performance.now() + (mode.kind === 'delay' ? mode.ms : 0);
      ordered = ordered.then(() => until(due)).then(() => send(bytes));
    });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');

  const reset = (each: Link): void => {
    links.delete(each);
    for (const socket of each.ends) socket.resetAndDestroy();
  };
  return {
    port: address.port,
    heal() {
      mode = passing;
      rule = undefined;
      for (const link of links) if (link.silent) link.ends[1].resetAndDestroy();
    },
    cut() {
      mode = { kind: 'cut' };
      for (const link of links) if (!link.silent) reset(link);
    },
    silence() {
      mode = { kind: 'silent' };
      for (const link of links) link.silent = true;
    },
    delay: (ms) => (mode = { kind: 'delay', ms }),
    truncate: () => (mode = { kind: 'truncate' }),
    sort: (next) => (rule = next),
    open: () => [...links].filter(({ silent }) => !silent).length,
    async close() {
      for (const link of links) reset(link);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

const until = (due: number): Promise<void> | undefined => {
  const left = due - performance.now();
  return left > 0 ? new Promise((resolve) => void setTimeout(resolve, left)) : undefined;
};
