import { Mic, MicOff } from 'lucide-react';
import { Button } from '../../components/Button.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { Notice } from '../../components/Notice.tsx';
import { showKeys } from '../../lib/shortcuts.ts';
import { OpenSessionContext, waitingCalls } from '../sessions/index.ts';
import { SettingsContext } from '../settings/index.ts';
import { Devices } from './Devices.tsx';
import { describe } from './describe.ts';
import { useTalkKeys } from './useTalkKeys.ts';
import { VoiceContext } from './voiceStore.ts';
import styles from './Voice.module.css';

/** Above the composer while voice is on: what it does now, how loud it hears, and what one can do about it. */
export function VoiceBar() {
  const view = VoiceContext.use((state) => state);
  const { stop, mute, silence, start } = VoiceContext.useHandle();
  const { update } = SettingsContext.useHandle();
  const hold = useTalkKeys();
  const openId = OpenSessionContext.use(({ sessionId }) => sessionId);
  const waits = OpenSessionContext.use((state) => waitingCalls(state).length > 0);
  const { phase, sessionId, mode, state, isMuted, isTalking, level, detail } = view;
  if (phase === 'off') {
    if (detail === null) return null;
    return <Notice tone="info">{detail}</Notice>;
  }
  const words = describe(view);
  if (phase === 'denied' || phase === 'no_device' || phase === 'failed') {
    return (
      <Notice tone="warn" actions={<Button onClick={stop}>Close</Button>}>
        {words}
      </Notice>
    );
  }
  const other = mode === 'push_to_talk' ? 'hands_free' : 'push_to_talk';
  return (
    <section
      className={styles.bar}
      aria-label="Voice"
      data-testid="voice-bar"
      data-state={phase === 'on' ? state : phase}
    >
      <meter className={styles.meter} aria-label="Microphone level" min={0} max={1} value={level} />
      <span className={styles.words} role="status">
        {waits ? `${words} · click to approve` : words}
        {sessionId === openId ? null : ' · in another session'}
      </span>
      <div className={styles.controls}>
        {mode === 'push_to_talk' && phase === 'on' ? (
          <Button {...hold} shortcut={showKeys('ctrl+space')} aria-pressed={isTalking} data-testid="talk">
            {isTalking ? 'Release to send' : 'Hold to talk'}
          </Button>
        ) : null}
        {state === 'speaking' ? <Button onClick={silence}>Stop speaking</Button> : null}
        {phase === 'on' && sessionId !== null ? (
          <Button
            tone="quiet"
            onClick={() => {
              void update({ voice: { mode: other } });
              void start(sessionId, other);
            }}
          >
            {other === 'hands_free' ? 'Hands-free' : 'Push to talk'}
          </Button>
        ) : null}
        <IconButton
          label={isMuted ? 'Unmute the microphone' : 'Mute the microphone'}
          icon={isMuted ? MicOff : Mic}
          side="top"
          aria-pressed={isMuted}
          onClick={() => mute(!isMuted)}
        />
        {phase === 'on' ? <Devices /> : null}
      </div>
    </section>
  );
}
