import { createStore } from 'zustand/vanilla';
import { makeFeatureContext } from '../../lib/featureContext.tsx';
import { decodePcm, encodePcm } from './pcm.ts';
import type { Frame } from './framer.ts';
import { makeVoiceDevices } from './voiceDevices.ts';
import type { VoiceDeps, VoiceHandle, VoiceView } from './voiceTypes.ts';

export const VoiceContext = makeFeatureContext<VoiceView, VoiceHandle>('voice');

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
  const devices = makeVoiceDevices({
    openMicrophone,
    makeSpeaker,
    onFrame: (frame) => void onFrame(frame),
    onEnded: () => end('no_device', 'The microphone was taken away. Connect one and turn voice on again.'),
    onHeard(heard, interrupted) {
      const { sessionId } = view();
      if (sessionId !== null) void client.request('voice.heard', { sessionId, ...heard, interrupted });
    },
  });
  let unanswered = 0;

  const view = (): VoiceView => store.getState();
  const isMine = (sessionId: string): boolean => view().sessionId === sessionId && view().phase === 'on';

  function end(phase: VoiceView['phase'], detail: string | null): void {
    const { sessionId } = view();
    devices.release();
    store.setState({ ...off, mode: view().mode, phase, detail });
    if (sessionId !== null) void client.request('voice.stop', { sessionId });
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
    const opened = await devices.open(mine);
    if (opened === null) return;
    if (opened.kind !== 'open') return end(opened.kind, opened.detail);
    store.setState({ phase: 'on', detail: opened.detail });
  }

  client.on('voice.changed', ({ sessionId, state, detail }) => {
    if (view().sessionId !== sessionId) return;
    if (state === 'off' && view().phase === 'on') {
      devices.release();
      store.setState({ ...off, mode: view().mode, detail: detail ?? null });
      return;
    }
    // Somebody speaks, or another message is answered: what is still being played is over.
    if (state === 'speech' || state === 'thinking') devices.silence();
    store.setState({ state, detail: detail ?? null });
  });
  client.on('voice.audio', ({ sessionId, messageId, base64 }) => {
    if (isMine(sessionId)) devices.play(messageId, decodePcm(base64));
  });
  client.on('message.changed', ({ message }) => {
    if (message.status === 'cancelled' && isMine(message.sessionId)) devices.silence();
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
      devices.release();
      const mine = devices.attempt();
      store.setState({ ...off, phase: 'starting', sessionId, mode });
      const started = await client.request('voice.start', { sessionId, mode });
      if (mine !== devices.attempt()) return;
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
        devices.silence();
        return store.setState({ isTalking, detail: null });
      }
      store.setState({ isTalking, level: 0 });
      void commit(sessionId);
    },
    mute: (isMuted) => store.setState({ isMuted, level: 0 }),
    silence: devices.silence,
    async takeDevices(chosen) {
      const { isOtherInput } = devices.choose(chosen);
      const moved = await devices.moveSpeaker();
      if (moved !== null) store.setState({ detail: moved.detail });
      const { phase, sessionId, mode } = view();
      if (phase !== 'on' || sessionId === null || !isOtherInput) return;
      devices.release();
      store.setState({ phase: 'asking', mode });
      await listen(devices.attempt());
    },
  };
}
