import { Mic, X } from 'lucide-react';
import { IconButton } from '../../components/IconButton.tsx';
import { useConnection } from '../../lib/api/index.ts';
import { SettingsContext } from '../settings/index.ts';
import { VoiceContext } from './voiceStore.ts';

/** Turns voice on and off in the opened session; the microphone is asked for only then. */
export function VoiceButton({ sessionId }: { readonly sessionId: string | null }) {
  const isOn = VoiceContext.use(({ phase }) => phase === 'on' || phase === 'starting' || phase === 'asking');
  const { start, stop } = VoiceContext.useHandle();
  const set = SettingsContext.use(({ settings }) => settings?.voice.mode ?? 'off');
  const connection = useConnection();
  return (
    <IconButton
      label={isOn ? 'Turn voice off' : 'Talk to SPARK'}
      icon={isOn ? X : Mic}
      side="top"
      aria-pressed={isOn}
      disabled={sessionId === null || connection !== 'open'}
      onClick={() => {
        if (isOn) stop();
        else if (sessionId !== null) void start(sessionId, set === 'off' ? 'push_to_talk' : set);
      }}
    />
  );
}
