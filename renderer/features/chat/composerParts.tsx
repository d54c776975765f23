import { memo } from 'react';
import { ArrowUp, Square } from 'lucide-react';
import { IconButton } from '../../components/IconButton.tsx';
import { WaitingNotice } from '../approval/index.ts';
import { BudgetWarnings } from '../cost/index.ts';
import { VoiceBar, VoiceButton } from '../voice/index.ts';
import { AddImage } from './AddImage.tsx';
import { Attachments } from './Attachments.tsx';
import { ChatContext } from './chatStore.ts';
import type { DraftImage } from './drafts.ts';
import { SendOptions } from './SendOptions.tsx';
import { TurnNotice } from './TurnNotice.tsx';

/**
 * What stands around the field of the composer and is the same at every key: drawn again with each of them it was most of
 * what a key cost (buttons carry tooltips, a dozen components each).
 */
export const Warnings = memo(function Warnings() {
  return (
    <>
      <WaitingNotice />
      <BudgetWarnings />
      <TurnNotice />
    </>
  );
});
export const Talking = memo(VoiceBar);
export const AddButton = memo(AddImage);
export const TalkButton = memo(VoiceButton);
export const OptionsButton = memo(SendOptions);

export const Attached = memo(function Attached(props: {
  readonly images: readonly DraftImage[];
  readonly sessionId: string | null;
}) {
  const { drafts } = ChatContext.useHandle();
  const { images, sessionId } = props;
  return <Attachments images={images} onRemove={(id) => sessionId !== null && drafts.removeImage(sessionId, id)} />;
});

export const StopButton = memo(function StopButton({ sessionId }: { readonly sessionId: string }) {
  const { stop } = ChatContext.useHandle();
  return <IconButton label="Stop (Esc)" icon={Square} side="top" onClick={() => void stop(sessionId)} />;
});

export const SendButton = memo(function SendButton(props: {
  readonly label: string;
  readonly disabled: boolean;
  readonly submit: (other: boolean) => void;
}) {
  const { label, disabled, submit } = props;
  return <IconButton label={label} icon={ArrowUp} side="top" disabled={disabled} onClick={() => submit(false)} />;
});
