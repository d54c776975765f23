import { createRoot, type Root } from 'react-dom/client';
import { App } from '../app/App.tsx';
import { compose, start } from '../app/composition.ts';
import '../app/tokens.css';
import '../app/base.css';
import type { Theme } from '../lib/windowStore.ts';
import { arrange } from './arrangeState.ts';
import type { FakeClient } from './fakeClient.ts';
import { makeGalleryClient } from './galleryClient.ts';
import { galleryStates } from './galleryStates.ts';
import { noDrafts } from './noDrafts.ts';

/** The window in one of its states, without any program behind it: `gallery.html?state=approvalNew&theme=dark`. */
interface Gallery {
  /** Another state, or the same one anew, by what its address has after the `?`: mounted from nothing, as after a load. */
  readonly show: (search: string) => Promise<void>;
  /** As the person chooses it in the settings. */
  readonly setTheme: (theme: Theme) => void;
  /** What the bridge would push into the window. */
  readonly push: FakeClient['push'];
}
declare global {
  interface Window {
    gallery?: Gallery;
  }
}

let last: { readonly root: Root; readonly host: HTMLElement } | undefined;

async function show(search: string): Promise<void> {
  const query = new URLSearchParams(search);
  const state = galleryStates[query.get('state') ?? 'done'];
  if (state === undefined) throw new Error(`The gallery has ${Object.keys(galleryStates).join(', ')}.`);
  await clear();
  history.replaceState(null, '', search);
  const client = makeGalleryClient(state);
  const theme = query.get('theme');
  const parts = compose({
    client,
    storage: { getItem: () => null, setItem: () => undefined },
    imageDrafts: noDrafts.imageDrafts,
    windowDefaults: {
      theme: theme === 'dark' || theme === 'light' ? theme : 'system',
      sidebarOpen: window.innerWidth >= 1_200,
      ...state.window,
    },
  });
  window.gallery = {
    show,
    setTheme: (chosen) => parts.window.store.setState({ theme: chosen }),
    push: (name, payload) => client.push(name, payload),
  };
  const host = document.createElement('div');
  host.id = 'root';
  document.body.append(host);
  last = { root: createRoot(host), host };
  last.root.render(<App parts={parts} />);
  // A state whose session never opens is looked at, too.
  await Promise.race([start(parts), new Promise((resolve) => setTimeout(resolve, 2_000))]);
  // After the first effects: a narrow window starts with the panel closed.
  await new Promise((resolve) => setTimeout(resolve, 100));
  if (query.has('panel')) parts.window.store.setState({ panelOpen: true });
  await arrange(state, parts, client);
  if (query.has('palette')) parts.window.store.setState({ paletteOpen: true });
  document.documentElement.dataset['ready'] = 'true';
}

/** Takes away the window that is shown. Throws when something of it stays: the next state would not be as after a load. */
async function clear(): Promise<void> {
  delete document.documentElement.dataset['ready'];
  if (last === undefined) return;
  last.root.unmount();
  last.host.remove();
  last = undefined;
  // What gives the focus or the pointer back does it a moment after its end.
  await new Promise((resolve) => setTimeout(resolve, 0));
  const left = [...document.body.children].map((element) => element.outerHTML.slice(0, 200));
  const styled = document.body.getAttributeNames().filter((attribute) => document.body.getAttribute(attribute) !== '');
  if (left.length + styled.length > 0) throw new Error(`Something stays: ${[...left, ...styled].join(', ')}`);
}

await show(location.search);
