import type { PlaybackOutput } from './playback.ts';

/** Where answers are played. */
export interface Speaker extends PlaybackOutput {
  /** Null is the system's choice. Browsers without a choice of outputs keep to it. */
  readonly useDevice: (deviceId: string | null) => Promise<void>;
  readonly close: () => void;
}

const rateHz = 24_000;

export function makeSpeaker(): Speaker {
  // A context at the answers' own rate joins the pieces without a seam; the browser brings it to the device's rate.
  const context = new AudioContext({ sampleRate: rateHz });
  void context.resume();
  return {
    now: () => context.currentTime,
    latency: () => context.outputLatency || context.baseLatency || 0,
    schedule(pcm, at, onEnd) {
      const buffer = context.createBuffer(1, pcm.length, rateHz);
      buffer.copyToChannel(
        Float32Array.from(pcm, (sample) => sample / 32_768),
        0,
      );
      const source = new AudioBufferSourceNode(context, { buffer });
      source.connect(context.destination);
      source.addEventListener('ended', onEnd);
      source.start(at);
      return () => {
        source.removeEventListener('ended', onEnd);
        source.stop();
        source.disconnect();
      };
    },
    async useDevice(deviceId) {
      if ('setSinkId' in context && typeof context.setSinkId === 'function') {
        await (context.setSinkId as (id: string) => Promise<void>)(deviceId ?? '');
      }
    },
    close: () => void context.close(),
  };
}
