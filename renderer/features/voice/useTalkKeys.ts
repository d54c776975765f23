import { useEffect, useRef, type ButtonHTMLAttributes } from 'react';
import { VoiceContext } from './voiceStore.ts';

/** A shorter press is a toggle: press once to begin, once more to send. */
const tapMs = 300;

/**
 * Hold the button or Ctrl+Space (⌘+Space is the system's on a Mac) while you talk; a short press begins and the next one
 * ends, for who cannot hold. On the button, Enter and Space are such presses.
 */
export function useTalkKeys(): ButtonHTMLAttributes<HTMLButtonElement> {
  const { store, talk } = VoiceContext.useHandle();
  const press = useRef({ at: 0, wasTalking: false });

  const down = (): void => {
    press.current = { at: performance.now(), wasTalking: store.getState().isTalking };
    talk(true);
  };
  const up = (): void => {
    const { at, wasTalking } = press.current;
    if (wasTalking || performance.now() - at >= tapMs) talk(false);
  };
  useEffect(() => {
    let isHeld = false;
    const onDown = (event: KeyboardEvent): void => {
      if (event.code !== 'Space' || !event.ctrlKey || event.altKey || event.metaKey) return;
      if (store.getState().phase !== 'on' || store.getState().mode !== 'push_to_talk') return;
      event.preventDefault();
      if (!event.repeat) down();
      isHeld = true;
    };
    const onUp = (event: KeyboardEvent): void => {
      if (!isHeld || (event.code !== 'Space' && event.key !== 'Control')) return;
      isHeld = false;
      up();
    };
    window.addEventListener('keydown', onDown);
    window.addEventListener('keyup', onUp);
    return () => {
      window.removeEventListener('keydown', onDown);
      window.removeEventListener('keyup', onUp);
    };
  });
  return {
    onPointerDown(event) {
      event.currentTarget.setPointerCapture(event.pointerId);
      down();
    },
    onPointerUp: up,
    onPointerCancel: () => talk(false),
    onClick(event) {
      // Of the keyboard or a screen reader; a pointer's click was handled by its press.
      if (event.detail === 0) talk(!store.getState().isTalking);
    },
  };
}
