import { useRef } from 'react';
import { ImagePlus } from 'lucide-react';
import { IconButton } from '../../components/IconButton.tsx';
import { ChatContext } from './chatStore.ts';

/** Chooses images from files; they can be pasted and dropped as well. */
export function AddImage({ sessionId, disabled }: { readonly sessionId: string | null; readonly disabled: boolean }) {
  const { drafts } = ChatContext.useHandle();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton
        label="Add images (or paste, or drop)"
        icon={ImagePlus}
        side="top"
        disabled={disabled}
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        accept="image/*"
        multiple
        hidden
        aria-label="Images"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          // The same file may be chosen again.
          event.target.value = '';
          if (sessionId !== null && files.length > 0) void drafts.addFiles(sessionId, files);
        }}
      />
    </>
  );
}
