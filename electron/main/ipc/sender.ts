import { appOrigin } from '../security/origin.ts';

/** The part of Electron's IpcMainInvokeEvent that says who asks. */
export interface SenderEvent {
  readonly sender: { readonly id: number };
  readonly senderFrame: { readonly origin: string; readonly parent: unknown } | null;
}

/**
 * Why a message is not answered, or undefined when it is: it must come from the top frame of a window that main opened,
 * and that frame must show the app's own page at this moment.
 */
export function refuseSender(event: SenderEvent, isKnownWindow: (id: number) => boolean): string | undefined {
  if (!isKnownWindow(event.sender.id)) return 'unknown window';
  try {
    const frame = event.senderFrame;
    if (frame === null) return 'frame is gone';
    if (frame.parent !== null) return 'not the top frame';
    if (frame.origin !== appOrigin) return 'foreign origin';
    return undefined;
  } catch {
    // Electron throws when a frame that was navigated away or destroyed is looked at.
    return 'frame is gone';
  }
}
