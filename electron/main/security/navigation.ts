import type { Logger } from '../../../shared/node/logging/index.ts';
import type { OpenExternal } from './externalLinks.ts';
import { appUrl } from './origin.ts';

interface Navigation {
  readonly url: string;
  readonly isMainFrame: boolean;
  preventDefault(): void;
}

/** The part of Electron's WebContents that is guarded here. */
export interface GuardedContents {
  on(
    event: 'will-navigate' | 'will-frame-navigate' | 'will-redirect',
    listener: (details: Navigation) => void,
  ): unknown;
  on(event: 'will-attach-webview', listener: (event: { preventDefault(): void }) => void): unknown;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void;
}

/**
 * Keeps web contents on the page they were opened with: no navigation, no redirect, no new window, no webview. Called
 * for every contents the app ever creates. A link that asks for a new window may open in the system's browser instead.
 */
export function confineContents(
  contents: GuardedContents,
  options: { readonly openExternal: OpenExternal; readonly logger: Logger },
): void {
  const { openExternal, logger } = options;
  const confine = (kind: string) => (details: Navigation) => {
    // The page may load itself again, as a whole; it has no other page.
    const isReload = kind !== 'redirect' && details.isMainFrame && details.url.split(/[?#]/, 1)[0] === appUrl;
    if (isReload) return;
    details.preventDefault();
    logger.warn({ kind, url: details.url.slice(0, 200) }, 'a navigation was refused');
  };
  contents.on('will-navigate', confine('navigation'));
  contents.on('will-frame-navigate', confine('frame navigation'));
  contents.on('will-redirect', confine('redirect'));
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    logger.warn('a webview was refused');
  });
  contents.setWindowOpenHandler(({ url }) => {
    openExternal(url);
    return { action: 'deny' };
  });
}
