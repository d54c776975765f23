import { randomUUID } from 'node:crypto';

/** The plugin's socket as a front sees it: it drops at a domain reload and when the editor closes, then comes back. */
export interface EditorConnection {
  readonly isOpen: () => boolean;
  /** A new one with every connection. */
  readonly sessionId: () => string;
  readonly connectedAt: () => Date;
  /** Counts connections; a command that was sent on an older one is lost. */
  readonly epoch: () => number;
  readonly drop: () => void;
  /** Does nothing while the editor is closed. */
  readonly restore: () => void;
  /** Drops, and stays down through domain reloads until `openEditor`. */
  readonly closeEditor: () => void;
  readonly openEditor: () => void;
  /** Called after each change; returns the unsubscribe function. */
  readonly onChange: (listener: (isOpen: boolean) => void) => () => void;
}

/** The socket closed while a command was in flight: it may or may not have run. */
export class EditorDisconnected extends Error {
  readonly sessionId: string;
  constructor(sessionId: string) {
    super(`Unity plugin session ${sessionId} disconnected while awaiting command_result`);
    this.sessionId = sessionId;
  }
}

export function makeConnection(): EditorConnection {
  let open = true;
  let isEditorClosed = false;
  let epoch = 1;
  let sessionId: string = randomUUID();
  let connectedAt = new Date();
  const listeners = new Set<(isOpen: boolean) => void>();
  const announce = (): void => {
    for (const listener of listeners) listener(open);
  };
  const drop = (): void => {
    if (!open) return;
    open = false;
    epoch += 1;
    announce();
  };
  const restore = (): void => {
    if (open || isEditorClosed) return;
    open = true;
    sessionId = randomUUID();
    connectedAt = new Date();
    announce();
  };
  return {
    isOpen: () => open,
    sessionId: () => sessionId,
    connectedAt: () => connectedAt,
    epoch: () => epoch,
    drop,
    restore,
    closeEditor() {
      isEditorClosed = true;
      drop();
    },
    openEditor() {
      isEditorClosed = false;
      restore();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
