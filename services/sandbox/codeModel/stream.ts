import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { CodeFault } from './faults.ts';
import { tokensOf, type SimulatedUsage } from './usage.ts';

/** Where the events of a stream go. */
export interface Wire {
  readonly send: (event: string, data: unknown) => void;
  readonly end: () => void;
  /** Destroys the connection. */
  readonly destroy: () => void;
  readonly isOpen: () => boolean;
}

export interface StreamOptions {
  readonly id: string;
  readonly model: string;
  readonly text: string;
  readonly input: Omit<SimulatedUsage, 'output_tokens'>;
  readonly fault: CodeFault | undefined;
  readonly deltaMs: number;
  readonly signal: AbortSignal;
}

const pieceCharacters = 24;

/** The events of one answer in the vendor's order: what the model thought first comes without its words. */
export async function streamAnswer(wire: Wire, options: StreamOptions): Promise<SimulatedUsage> {
  const { text, input, fault, deltaMs, signal } = options;
  const after = fault !== undefined && 'after' in fault ? fault.after : Number.POSITIVE_INFINITY;
  wire.send('message_start', { type: 'message_start', message: messageOf(options, 1) });
  wire.send('content_block_start', block(0, { type: 'thinking', thinking: '', signature: '' }));
  wire.send('ping', { type: 'ping' });
  wire.send('content_block_delta', delta(0, { type: 'signature_delta', signature: 'c2ltdWxhdGVk' }));
  wire.send('content_block_stop', { type: 'content_block_stop', index: 0 });
  wire.send('content_block_start', block(1, { type: 'text', text: '' }));
  let sent = 0;
  while (sent < text.length && wire.isOpen()) {
    if (sent >= after) return await breakOff(wire, fault, input, sent);
    const piece = text.slice(sent, sent + pieceCharacters);
    wire.send('content_block_delta', delta(1, { type: 'text_delta', text: piece }));
    sent += piece.length;
    if (deltaMs > 0) await waitMs(deltaMs, signal).catch(() => wire.destroy());
    else await yieldToLoop();
  }
  const usage = { ...input, output_tokens: tokensOf(text) };
  const stop = fault?.kind === 'stop' ? fault : { reason: 'end_turn', category: undefined };
  wire.send('content_block_stop', { type: 'content_block_stop', index: 1 });
  wire.send('message_delta', {
    type: 'message_delta',
    delta: {
      stop_reason: stop.reason,
      stop_sequence: null,
      stop_details:
        stop.reason === 'refusal' ? { type: 'refusal', category: stop.category ?? null, explanation: null } : null,
    },
    usage,
  });
  wire.send('message_stop', { type: 'message_stop' });
  wire.end();
  return usage;
}

async function breakOff(
  wire: Wire,
  fault: CodeFault | undefined,
  input: Omit<SimulatedUsage, 'output_tokens'>,
  sent: number,
): Promise<SimulatedUsage> {
  if (fault?.kind === 'error') {
    wire.send('error', { type: 'error', error: { type: fault.type, message: 'Simulated.' } });
    wire.end();
  } else if (fault?.kind === 'cut') {
    if (fault.clean === true) wire.end();
    else wire.destroy();
  }
  // Of a stalled answer the connection stays open until the client gives up.
  return { ...input, output_tokens: Math.ceil(sent / 4) };
}

/** The message as it stands in the first event of a stream. */
export function messageOf(options: Pick<StreamOptions, 'id' | 'model' | 'input'>, outputTokens: number) {
  const { id, model, input } = options;
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: { ...input, output_tokens: outputTokens, service_tier: 'standard', inference_geo: 'global' },
  };
}

const block = (index: number, content: unknown) => ({ type: 'content_block_start', index, content_block: content });
const delta = (index: number, content: unknown) => ({ type: 'content_block_delta', index, delta: content });
