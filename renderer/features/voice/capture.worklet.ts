import { makeFramer } from './framer.ts';

/** What the worklet's own global scope has; TypeScript's DOM library does not describe it. */
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
  abstract process(inputs: readonly (readonly Float32Array[])[]): boolean;
}
declare const sampleRate: number;
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** Runs on the audio thread: the microphone's first channel leaves it as frames of 40 ms. */
class CaptureProcessor extends AudioWorkletProcessor {
  readonly #framer = makeFramer(sampleRate);

  process([input]: readonly (readonly Float32Array[])[]): boolean {
    const [channel] = input ?? [];
    if (channel === undefined) return true;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
    for (const frame of this.#framer.push(channel)) this.port.postMessage(frame);
    return true;
  }
}

registerProcessor('spark-capture', CaptureProcessor);
