import { isOwnUrl } from './origin.ts';

/** What a page asked for, as both of Electron's handlers tell it. */
export interface PermissionQuestion {
  readonly permission: string;
  /** Origin or address of the frame that asks. */
  readonly asker: string;
  readonly isMainFrame: boolean;
  /** For `media`: what is to be opened. */
  readonly media: readonly string[];
}

/**
 * The one decision on permissions: the microphone while voice is on, writing text to the clipboard (the copy buttons of
 * code; the browser itself asks for a click), and notifications, which the window shows only where its setting says so.
 * All for the window's own page only; nothing else for anybody.
 */
export function isPermitted(question: PermissionQuestion, state: { readonly isVoiceOn: boolean }): boolean {
  if (!question.isMainFrame || !isOwnUrl(question.asker)) return false;
  if (question.permission === 'clipboard-sanitized-write' || question.permission === 'notifications') return true;
  return (
    question.permission === 'media' &&
    state.isVoiceOn &&
    question.media.length > 0 &&
    question.media.every((kind) => kind === 'audio')
  );
}

interface MediaDetails {
  readonly requestingUrl?: string;
  readonly isMainFrame: boolean;
  readonly mediaType?: string;
  readonly mediaTypes?: readonly string[];
}

/** The part of Electron's Session that is set here. */
export interface GuardedSession {
  setPermissionRequestHandler(
    handler: (
      contents: unknown,
      permission: string,
      callback: (granted: boolean) => void,
      details: MediaDetails,
    ) => void,
  ): void;
  setPermissionCheckHandler(
    handler: (contents: unknown, permission: string, requestingOrigin: string, details: MediaDetails) => boolean,
  ): void;
  setDevicePermissionHandler(handler: () => boolean): void;
}

/** Sets every permission handler of a session; what has no handler would be granted. */
export function restrictPermissions(session: GuardedSession, options: { readonly isVoiceOn: () => boolean }): void {
  const decide = (permission: string, asker: string, details: MediaDetails): boolean => {
    const media = details.mediaTypes ?? (details.mediaType === undefined ? [] : [details.mediaType]);
    const question = { permission, asker, isMainFrame: details.isMainFrame, media };
    return isPermitted(question, { isVoiceOn: options.isVoiceOn() });
  };
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    callback(decide(permission, details.requestingUrl ?? '', details));
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin, details) =>
    decide(permission, requestingOrigin, details),
  );
  session.setDevicePermissionHandler(() => false);
}
