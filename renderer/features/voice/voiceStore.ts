import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiClient, VoiceMode, VoiceState } from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';
import { decodePcm, encodePcm } from './pcm.ts';
import type { Frame } from './framer.ts';
import type { Microphone, OpenMicrophone } from './microphone.ts';
import { makePlayback, type Playback } from './playback.ts';
import type { Speaker } from './speaker.ts';

/** What the person sees of voice. `on` and below: the microphone belongs to `sessionId`. */
export interface VoiceView {
  readonly phase: 'off' | 'starting' | 'asking' | 'on' | 'denied' | 'no_device' | 'failed';
  readonly sessionId: string | null;
  readonly mode: VoiceMode;
  /** As the bridge says it. */
  readonly state: VoiceState;
  readonly isMuted: boolean;
  /** Push-to-talk: what is said now is sent. */
  readonly isTalking: boolean;
  /** 0 to 1. */
  readonly level: number;
  /** Why, for a person; null when there is nothing to say. */
  readonly detail: string | null;
}

export const VoiceContext = makeFeatureContext<VoiceView, VoiceHandle>('voice');

export interface VoiceHandle {
  readonly store: StoreApi<VoiceView>;
  readonly start: (sessionId: string, mode: VoiceMode) => Promise<void>;
  readonly stop: () => void;
  /** Push-to-talk; the other mode ignores it. */
  readonly talk: (isTalking: boolean) => void;
  readonly mute: (isMuted: boolean) => void;
  /** Ends what is being played. */
  readonly silence: () => void;
  /** Takes another microphone or loudspeaker; null is the system's choice. */
  readonly takeDevices: (devices: { input?: string | null; output?: string | null }) => Promise<void>;
}

export interface VoiceDeps {
  readonly client: ApiClient;
  readonly openMicrophone: OpenMicrophone;
  readonly makeSpeaker: () => Speaker;
}

/** Requests of sound without an answer; 2 s. More would be heard too late to be of use. */
const maxUnanswered = 50;
const off: VoiceView = {
  phase: 'off',
  sessionId: null,
  mode: 'push_to_talk',
  state: 'off',
  isMuted: false,
  isTalking: false,
  level: 0,
  detail: null,
};
const silent = { isMuted: false, isTalking: false, level: 0 } as const;

export function makeVoice({ client, openMicrophone, makeSpeaker }: VoiceDeps): VoiceHandle {
  const store = createStore<VoiceView>(() => off);
  let microphone: Microphone | null = null;
  let speaker: Speaker | null = null;
  let playback: Playback | null = null;
  let devices: { input: string | null; output: string | null } = { input: null, output: null };
  let unanswered = 0;
  /** Counts the attempts to turn voice on: an earlier one that comes late changes nothing. */
  let attempt = 0;

  const view = (): VoiceView => store.getState();
  const isMine = (sessionId: string): boolean => view().sessionId === sessionId && view().phase === 'on';

  function release(): void {
    attempt += 1;
    microphone?.close();
    silence();
    speaker?.close();
    [microphone, speaker, playback] = [null, null, null];
  }

  function end(phase: VoiceView['phase'], detail: string | null): void {
    const { sessionId } = view();
    release();
    store.setState({ ...off, mode: view().mode, phase, detail });
    if (sessionId !== null) void client.request('voice.stop', { sessionId });
  }

  function silence(): void {
    const { sessionId } = view();
    for (const { messageId, audioMs } of playback?.stop() ?? []) {
      if (sessionId !== null) void client.request('voice.heard', { sessionId, messageId, audioMs, interrupted: true });
    }
  }

  async function onFrame({ pcm, level }: Frame): Promise<void> {
    const { phase, sessionId, mode, isMuted, isTalking } = view();
    if (phase !== 'on' || sessionId === null) return;
    const isSent = !isMuted && (mode === 'hands_free' || isTalking);
    store.setState({ level: isSent ? level : 0 });
    if (!isSent || client.connection.get() !== 'open') return;
    if (unanswered >= maxUnanswered) return store.setState({ detail: 'The connection is too slow for sound.' });
    unanswered += 1;
    const result = await client.request('voice.append', { sessionId, base64: encodePcm(pcm) });
    unanswered -= 1;
    if (!result.ok && isMine(sessionId)) store.setState({ detail: result.error.message });
  }

  async function commit(sessionId: string): Promise<void> {
    const result = await client.request('voice.commit', { sessionId });
    if (result.ok && !result.output.taken) store.setState({ detail: 'That was too short. Hold while you speak.' });
  }

  async function listen(mine: number): Promise<void> {
    const opened = await openMicrophone({
      deviceId: devices.input,
      onFrame: (frame) => void onFrame(frame),
      onEnded: () => end('no_device', 'The microphone was taken away. Connect one and turn voice on again.'),
    });
    if (mine !== attempt) {
      if (opened.kind === 'open') opened.microphone.close();
      return;
    }
    if (opened.kind !== 'open') return end(opened.kind, opened.kind === 'failed' ? opened.detail : null);
    microphone = opened.microphone;
    speaker = makeSpeaker();
    const detail = await playOn(speaker, devices.output);
    playback = makePlayback({
      output: speaker,
      onHeard(messageId, audioMs) {
        const { sessionId } = view();
        if (sessionId !== null)
          void client.request('voice.heard', { sessionId, messageId, audioMs, interrupted: false });
      },
    });
    store.setState({ phase: 'on', detail });
  }

  client.on('voice.changed', ({ sessionId, state, detail }) => {
    if (view().sessionId !== sessionId) return;
    if (state === 'off' && view().phase === 'on') {
      release();
      store.setState({ ...off, mode: view().mode, detail: detail ?? null });
      return;
    }
    // Somebody speaks, or another message is answered: what is still being played is over.
    if (state === 'speech' || state === 'thinking') silence();
    store.setState({ state, detail: detail ?? null });
  });
  client.on('voice.audio', ({ sessionId, messageId, base64 }) => {
    if (isMine(sessionId)) playback?.add(messageId, decodePcm(base64));
  });
  client.on('message.changed', ({ message }) => {
    if (message.status === 'cancelled' && isMine(message.sessionId)) silence();
  });
  client.connection.subscribe((connection) => {
    if (connection === 'closed' && view().phase === 'on') store.setState({ ...silent, state: 'reconnecting' });
    // The bridge may be another process now, in which voice is off.
    const { phase, sessionId, mode } = view();
    if (connection === 'open' && phase === 'on' && sessionId !== null)
      void client.request('voice.start', { sessionId, mode });
  });

  return {
    store,
    async start(sessionId, mode) {
      if (view().sessionId !== null) end('off', null);
      release();
      const mine = attempt;
      store.setState({ ...off, phase: 'starting', sessionId, mode });
      const started = await client.request('voice.start', { sessionId, mode });
      if (mine !== attempt) return;
      if (!started.ok) return end('failed', started.error.message);
      store.setState({ phase: 'asking', state: started.output.state });
      await listen(mine);
    },
    stop: () => end('off', null),
    talk(isTalking) {
      const { phase, sessionId, mode, isMuted } = view();
      if (phase !== 'on' || sessionId === null || mode !== 'push_to_talk' || view().isTalking === isTalking) return;
      if (isTalking) {
        if (isMuted) store.setState({ isMuted: false });
        silence();
        return store.setState({ isTalking, detail: null });
      }
      store.setState({ isTalking, level: 0 });
      void commit(sessionId);
    },
    mute: (isMuted) => store.setState({ isMuted, level: 0 }),
    silence,
    async takeDevices({ input = devices.input, output = devices.output }) {
      const isOtherInput = input !== devices.input;
      devices = { input, output };
      if (speaker !== null) store.setState({ detail: await playOn(speaker, output) });
      const { phase, sessionId, mode } = view();
      if (phase !== 'on' || sessionId === null || !isOtherInput) return;
      release();
      store.setState({ phase: 'asking', mode });
      await listen(attempt);
    },
  };
}

/** Why the answers do not come from the chosen loudspeaker; null when they do. */
async function playOn(speaker: Speaker, deviceId: string | null): Promise<string | null> {
  try {
    await speaker.useDevice(deviceId);
    return null;
  } catch {
    return 'That loudspeaker cannot be used; the answers come from the one before. Choose another under Devices.';
  }
}
