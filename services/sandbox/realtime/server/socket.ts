import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { SocketFault } from '../faults.ts';

/** The socket of a session, and the stream below it, on which frames can be broken. */
export interface Line {
  readonly socket: WebSocket;
  readonly stream: Duplex;
}

/** A text frame that announces 4,096 bytes and brings a few. */
const halfFrame = Buffer.concat([Buffer.from([0x81, 126, 0x10, 0x00]), Buffer.from('{"type":"response.out')]);
/** Reserved bits and an opcode that does not exist. */
const garbage = Buffer.from([0xff, 0x7f, 0x13, 0x37, 0x00, 0xde, 0xad, 0xbe, 0xef]);

/** Lets a fault of the socket happen, now. `expire` is the session's own and is handled there. */
export function hitSocket({ socket, stream }: Line, fault: Exclude<SocketFault, { kind: 'expire' }>): void {
  switch (fault.kind) {
    case 'terminate':
      return socket.terminate();
    case 'close':
      // 1006 is no code to send: it is what a client sees when the socket is cut.
      return fault.code === 1006 ? socket.terminate() : socket.close(fault.code, fault.reason);
    case 'half_frame':
      stream.write(halfFrame, () => stream.destroy());
      return;
    case 'garbage':
      stream.write(garbage);
      return;
    case 'freeze':
      // Nothing is read any more, so pings stay unanswered; nothing is sent, because nothing can be asked.
      socket.pause();
      return;
  }
}
