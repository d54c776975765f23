import type { ClipboardEvent, KeyboardEvent } from 'react';
import { useWindowKeys } from '../../lib/hooks.ts';
import { SettingsContext } from '../settings/index.ts';
import { ChatContext } from './chatStore.ts';

/**
 * Keys and paste of the composer. While the model answers, Enter does what the setting says (interrupt or queue) and
 * Alt+Enter the other, once. Escape stops from wherever the focus is, but in what has an Escape of its own.
 */
export function useComposerKeys(deps: {
  readonly sessionId: string | null;
  readonly busy: boolean;
  /** What is open above the line has its keys first. */
  readonly menus: readonly { readonly onKeyDown: (event: KeyboardEvent) => boolean }[];
}): {
  readonly onKeyDown: (event: KeyboardEvent<HTMLTextAreaElement>) => void;
  readonly onPaste: (event: ClipboardEvent) => void;
  readonly submit: (other: boolean) => void;
  readonly label: string;
} {
  const { sessionId, busy, menus } = deps;
  const { drafts, stop, ...chat } = ChatContext.useHandle();
  const whileBusy = SettingsContext.use((state) => state.settings?.whileBusy ?? 'interrupt');

  const submit = (other: boolean): void => {
    const swapped = whileBusy === 'interrupt' ? 'queue' : 'interrupt';
    if (sessionId !== null) void chat.submit(sessionId, other ? swapped : whileBusy);
  };
  useWindowKeys((event) => {
    if (event.key !== 'Escape' || event.defaultPrevented || !busy || sessionId === null || hasOwnEscape(event)) return;
    void stop(sessionId);
  });

  return {
    submit,
    label: !busy ? 'Send (Enter)' : whileBusy === 'queue' ? 'Send after this answer (Enter)' : 'Stop and send (Enter)',
    onKeyDown(event) {
      // Enter that ends the composition of a character is not "send".
      if (event.nativeEvent.isComposing || menus.some((menu) => menu.onKeyDown(event))) return;
      if (event.key !== 'Enter' || event.shiftKey) return;
      event.preventDefault();
      submit(event.altKey);
    },
    onPaste(event) {
      const files = [...event.clipboardData.files];
      // What a program copies as text with a picture of it is text.
      if (files.length === 0 || sessionId === null || event.clipboardData.types.includes('text/plain')) return;
      event.preventDefault();
      void drafts.addFiles(sessionId, files);
    },
  };
}

/** A dialog or a menu is closed by Escape, a field that is not the composer is left by it. */
function hasOwnEscape(event: globalThis.KeyboardEvent): boolean {
  if (document.querySelector('dialog[open], [role="menu"]') !== null) return true;
  const field =
    event.target instanceof Element ? event.target.closest('input, textarea, [contenteditable="true"]') : null;
  return field !== null && !field.matches('[data-testid="composer"]');
}
