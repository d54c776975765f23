import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { ApiClient, PreloadBridge } from '../../shared/contracts/api/index.ts';
import { InvariantError } from '../../shared/errors/index.ts';
import { Notice } from '../components/Notice.tsx';
import { createPreloadClient, createSocketClient, exchangeToken } from '../lib/api/index.ts';
import { readNonce } from '../lib/nonce.ts';
import { makeImageDrafts } from '../lib/draftStorage.ts';
import { App } from './App.tsx';
import { compose, start } from './composition.ts';
import { ReportContext } from '../lib/report.ts';
import { adoptShared, storageKey } from '../lib/windowStore.ts';
import { ErrorScreen } from './ErrorScreen.tsx';
import './tokens.css';
import './base.css';

declare global {
  interface Window {
    /** Present in the desktop app only. */
    readonly spark?: PreloadBridge;
  }
}

/** The client of whatever carries the API here; null when the web host refused the token of the address. */
async function connect(): Promise<ApiClient | null> {
  if (window.spark !== undefined) return createPreloadClient(window.spark);
  const outcome = await exchangeToken({
    fragment: location.hash,
    post: (token) =>
      fetch('/api/token', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        credentials: 'same-origin',
        body: JSON.stringify({ token }),
      }),
    forgetFragment: () => history.replaceState(null, '', `${location.pathname}${location.search}`),
  });
  if (outcome === 'refused') return null;
  const address = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/socket`;
  return createSocketClient({ open: () => new WebSocket(address) });
}

/** Dialogs keep the page behind them from scrolling by a style of their own, which the page's policy takes with its nonce. */
function giveNonceToDialogs(): void {
  Object.assign(window, { __webpack_nonce__: readNonce() });
}

async function run(): Promise<void> {
  giveNonceToDialogs();
  const host = document.getElementById('root');
  if (host === null) throw new InvariantError('The page has no root element.');
  const root = createRoot(host);
  const client = await connect();
  if (client === null) {
    root.render(
      <Notice tone="bad">
        This address is not valid any more: its token was used up or SPARK was restarted. Nothing is lost. Open the
        address that SPARK printed last.
      </Notice>,
    );
    return;
  }
  const parts = compose({
    client,
    storage: localStorage,
    windowStorage: sessionStorage,
    imageDrafts: makeImageDrafts(indexedDB),
  });
  root.render(
    <StrictMode>
      <ReportContext value={parts.copyReport}>
        <ErrorScreen>
          <App parts={parts} />
        </ErrorScreen>
      </ReportContext>
    </StrictMode>,
  );
  addEventListener('storage', ({ key, newValue }) => {
    if (key === storageKey) adoptShared(parts.window.store, newValue);
  });
  addEventListener('pagehide', () => {
    parts.chat.drafts.flush();
    parts.approval.drafts.flush();
  });
  await start(parts, window.spark === undefined ? null : takeLink());
}

/** The session that the desktop app was started for; forgotten at once, so that a page loaded again stays where it was. */
function takeLink(): string | null {
  const sessionId = new URLSearchParams(location.hash.slice(1)).get('session');
  if (sessionId !== null) history.replaceState(null, '', location.pathname);
  return sessionId;
}

await run();
