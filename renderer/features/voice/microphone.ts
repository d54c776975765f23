// oxlint-disable-next-line import/default -- the build gives this import its default: the address of the worklet's file
import workletUrl from './capture.worklet.ts?worker&url';
import type { Frame } from './framer.ts';

/** An open microphone. */
export interface Microphone {
  readonly close: () => void;
}

export type MicrophoneFailure = 'denied' | 'no_device' | 'failed';

export type OpenMicrophone = (options: {
  readonly deviceId: string | null;
  readonly onFrame: (frame: Frame) => void;
  /** The device was taken away. */
  readonly onEnded: () => void;
}) => Promise<{ kind: 'open'; microphone: Microphone } | { kind: MicrophoneFailure; detail: string }>;

/** Asks for the microphone, which the browser may put to the person, and hands on frames of 24 kHz. */
export const openMicrophone: OpenMicrophone = async ({ deviceId, onFrame, onEnded }) => {
  let stream: MediaStream | null = null;
  let context: AudioContext | null = null;
  const close = (): void => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    void context?.close();
  };
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: {
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: true,
        channelCount: 1,
        ...(deviceId === null ? {} : { deviceId: { ideal: deviceId } }),
      },
    });
    context = new AudioContext();
    await context.audioWorklet.addModule(workletUrl);
    const node = new AudioWorkletNode(context, 'spark-capture', { numberOfOutputs: 0, channelCount: 1 });
    node.port.addEventListener('message', ({ data }: MessageEvent<Frame>) => onFrame(data));
    node.port.start();
    context.createMediaStreamSource(stream).connect(node);
    await context.resume();
    for (const track of stream.getTracks()) track.addEventListener('ended', onEnded);
    return { kind: 'open', microphone: { close } };
  } catch (error) {
    close();
    return { kind: failureOf(error), detail: error instanceof Error ? error.message : String(error) };
  }
};

function failureOf(error: unknown): MicrophoneFailure {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'no_device' : 'failed';
}
