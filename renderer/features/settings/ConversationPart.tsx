import type { ConversationSettings } from '../../../shared/contracts/settings.ts';
import { Choice } from './Choice.tsx';
import { SettingsContext } from './settingsStore.ts';
import styles from './Choice.module.css';

const busy = [
  { value: 'interrupt', name: 'Interrupt' },
  { value: 'queue', name: 'Wait' },
] as const;
const efforts = [
  { value: 'model', name: 'As the model has it' },
  { value: 'minimal', name: 'Minimal' },
  { value: 'low', name: 'Low' },
  { value: 'medium', name: 'Medium' },
  { value: 'high', name: 'High' },
  { value: 'xhigh', name: 'Highest' },
] as const;
const writers = [
  { value: 'environment', name: 'As SPARK_SONNET_MODE' },
  { value: 'off', name: 'Never' },
  { value: 'hybrid', name: 'Where code is left out' },
  { value: 'on', name: 'Always' },
] as const;
const voices = [
  { value: 'off', name: 'Off' },
  { value: 'push_to_talk', name: 'Push to talk' },
  { value: 'hands_free', name: 'Hands free' },
] as const;

/** How SPARK talks and works; a choice holds from the next message on. */
export function ConversationPart({ settings }: { readonly settings: ConversationSettings }) {
  const defaults = SettingsContext.use((state) => state.defaults);
  const { update } = SettingsContext.useHandle();
  const sourceOf = (now: unknown, standard: unknown): string => (now === standard ? 'default' : 'set here');
  return (
    <div className={styles.rows}>
      <Choice
        label="A message while SPARK answers"
        hint="Alt+Enter does the other, once."
        source={sourceOf(settings.whileBusy, defaults?.whileBusy)}
        value={settings.whileBusy}
        options={busy}
        onChange={(whileBusy) => void update({ whileBusy })}
      />
      <Choice
        label="Reasoning effort"
        hint="More takes longer and costs more."
        source={sourceOf(settings.reasoningEffort, defaults?.reasoningEffort)}
        value={settings.reasoningEffort ?? 'model'}
        options={efforts}
        onChange={(effort) => void update({ reasoningEffort: effort === 'model' ? null : effort })}
      />
      <Choice
        label="The code model writes C#"
        hint="Needs a key of the code model; without one the conversation’s model writes."
        source={sourceOf(settings.sonnetMode, defaults?.sonnetMode)}
        value={settings.sonnetMode ?? 'environment'}
        options={writers}
        onChange={(mode) => void update({ sonnetMode: mode === 'environment' ? null : mode })}
      />
      <Choice
        label="Voice"
        hint="How the microphone button begins; devices are chosen beside it."
        source={sourceOf(settings.voice.mode, defaults?.voice.mode)}
        value={settings.voice.mode}
        options={voices}
        onChange={(mode) => void update({ voice: { mode } })}
      />
    </div>
  );
}
