import { AllowedPart, PromptsPart, RulesPart } from '../project/index.ts';
import { AppearancePart } from './AppearancePart.tsx';
import { ConfigPart } from './ConfigPart.tsx';
import { ConversationPart } from './ConversationPart.tsx';
import { DataPart } from './DataPart.tsx';
import { LimitsForm } from './LimitsForm.tsx';
import { Prices } from './Prices.tsx';
import { Reading } from './Reading.tsx';
import { ShortcutsPart } from './ShortcutsPart.tsx';
import type { SectionId } from './sections.ts';
import { SettingsContext } from './settingsStore.ts';

/** What is under a heading. */
export function SectionBody({ id, search }: { readonly id: SectionId; readonly search: string }) {
  const settings = SettingsContext.use((state) => state.settings);
  const reading = <Reading what="settings" />;
  switch (id) {
    case 'appearance':
      return <AppearancePart />;
    case 'conversation':
      return settings === null ? reading : <ConversationPart settings={settings} />;
    case 'rules':
      return <RulesPart />;
    case 'prompts':
      return <PromptsPart />;
    case 'allowed':
      return <AllowedPart />;
    case 'budgets':
      return settings === null ? reading : <LimitsForm settings={settings} />;
    case 'prices':
      return <Prices />;
    case 'shortcuts':
      return <ShortcutsPart />;
    case 'data':
      return <DataPart />;
    case 'model':
    case 'codeModel':
    case 'unity':
    case 'nats':
    case 'database':
    case 'program':
      return <ConfigPart id={id} search={search} />;
  }
}
