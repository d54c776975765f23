import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from '@playwright/test';
import { launchDesktop, test, type Desktop } from './desktopApp.ts';

/**
 * What a page in the window may not do, each tried from inside a real page: to be led away, to open windows, to use the
 * machine's devices, to load or run anything that is not SPARK's own.
 */

let desktop: Desktop;
let server: Server;
let origin: string;
/** What the server of this test was asked for: whatever gets out of the window arrives here. */
const requests: string[] = [];

test.beforeAll(async ({ prepared }) => {
  test.setTimeout(300_000);
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (request.url === '/redirect') response.writeHead(302, { location: `${origin}/led-away` });
    else response.writeHead(200, { 'content-type': 'text/html', 'access-control-allow-origin': '*' });
    response.end('<title>foreign</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  desktop = await launchDesktop(prepared);
  // Where links would go out to.
  await desktop.app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openExternal = async (url) => void opened.push(url);
  });
  await inPage('globalThis.marked = true');
});
test.afterAll(async () => {
  await desktop?.close();
  server.close();
});

const openedOutside = () => desktop.app.evaluate(() => (globalThis as { opened?: string[] }).opened?.splice(0) ?? []);
/** A script as a page would have it; not subject to the content security policy. */
const inPage = (script: string): Promise<unknown> => desktop.page.evaluate(script);

async function expectAtHome(): Promise<void> {
  expect(await desktop.ask('health.get', {})).toMatchObject({ ok: true });
  expect(desktop.page.url()).toBe('app://spark/');
  // A page that was loaded anew would have lost it.
  expect(await inPage('globalThis.marked')).toBe(true);
  expect(desktop.app.windows()).toHaveLength(1);
}

test('the page cannot be led away, by whatever means', async () => {
  const click = (url: string, more = '') =>
    `{ const link = document.createElement('a'); link.href = ${JSON.stringify(url)}; ${more} document.body.append(link); link.click(); link.remove(); }`;
  const refusedByMain: readonly string[] = [
    `location.href = '${origin}/a'`,
    `location.replace('${origin}/b')`,
    click(`${origin}/c`),
    `location.href = 'app://spark.evil/'`,
    `location.href = 'app://other/'`,
    `location.href = '/assets/none.js'`,
  ];
  const refusals = () => desktop.log().split('a navigation was refused').length - 1;
  for (const attempt of refusedByMain) {
    const before = refusals();
    await inPage(attempt);
    await expect.poll(refusals, attempt).toBeGreaterThan(before);
    await expectAtHome();
  }
  // These do not get as far as main: Chromium or the policy refuses them itself.
  const refusedInPage: readonly string[] = [
    `location.href = 'file:///etc/passwd'`,
    `location.href = 'javascript:globalThis.ranAsLink = true'`,
    `location.href = 'chrome://gpu'`,
    `location.href = 'data:text/html,x'`,
    `{ const form = document.createElement('form'); form.action = '${origin}/form'; document.body.append(form); form.submit(); form.remove(); }`,
    `{ const base = document.createElement('base'); base.href = '${origin}/'; document.head.append(base); base.remove(); }`,
    `{ const meta = document.createElement('meta'); meta.httpEquiv = 'refresh'; meta.content = '0;url=${origin}/meta'; document.head.append(meta); }`,
    `location.href = URL.createObjectURL(new Blob(['<script>1</script>'], { type: 'text/html' }))`,
  ];
  for (const attempt of refusedInPage) {
    await inPage(`try { ${attempt} } catch {}`);
    await expectAtHome();
  }
  expect(await inPage('globalThis.ranAsLink')).toBeUndefined();
  await inPage(`document.querySelector('meta[http-equiv=refresh]').remove()`);
  expect(requests).toEqual([]);
});

test('a redirect is not followed, even where main itself loaded the address', async () => {
  await desktop.app.evaluate(async ({ BrowserWindow }, url) => {
    const window = new BrowserWindow({ show: false });
    await window.loadURL(url).catch(() => undefined);
    window.destroy();
  }, `${origin}/redirect`);
  expect(requests.splice(0)).toEqual(['/redirect']);
});

test('no window opens; only links to what SPARK works with go out to the browser', async () => {
  await inPage(`{
    window.open('${origin}/opened');
    window.open('about:blank');
    window.open('app://spark/');
    window.open('file:///etc/passwd');
    window.open('https://docs.unity3d.com.evil.example/');
    const link = document.createElement('a');
    link.target = '_blank';
    link.href = '${origin}/blank';
    document.body.append(link);
    link.click();
    link.remove();
    window.open('https://docs.unity3d.com/Manual/');
  }`);
  await expect.poll(openedOutside).toEqual(['https://docs.unity3d.com/Manual/']);
  await expectAtHome();
  expect(await desktop.app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1);
  expect(requests).toEqual([]);
});

test('a webview is nothing in the window, and refused in one that would allow it', async () => {
  const attach = `{ const view = document.createElement('webview'); view.src = '${origin}/view'; document.body.append(view); }`;
  await inPage(attach);
  await desktop.app.evaluate(async ({ BrowserWindow }, script) => {
    const allowing = new BrowserWindow({ show: false, webPreferences: { webviewTag: true } });
    await allowing.loadURL('app://spark/');
    await allowing.webContents.executeJavaScript(`${script}; 0`);
  }, attach);
  await expect.poll(() => desktop.log()).toContain('a webview was refused');
  const kinds = await desktop.app.evaluate(({ BrowserWindow, webContents }) => {
    const found = webContents.getAllWebContents().map((contents) => contents.getType());
    BrowserWindow.getAllWindows()
      .find((window) => !window.isVisible())
      ?.destroy();
    return found;
  });
  expect(kinds).not.toContain('webview');
  await inPage(`document.querySelector('webview').remove()`);
  expect(requests).toEqual([]);
});

test('the machine’s devices and the person’s things are refused', async () => {
  const answers = await inPage(`(async () => {
    const name = (error) => error.name;
    const refused = (work) => Promise.resolve().then(work).then(() => 'granted', name);
    const state = (permission) => navigator.permissions.query({ name: permission }).then((found) => found.state, name);
    return {
      microphone: await refused(() => navigator.mediaDevices.getUserMedia({ audio: true })),
      camera: await refused(() => navigator.mediaDevices.getUserMedia({ video: true })),
      screen: await refused(() => navigator.mediaDevices.getDisplayMedia({ video: true })),
      place: await new Promise((resolve) =>
        navigator.geolocation.getCurrentPosition(() => resolve('granted'), (error) => resolve(error.code))),
      clipboard: await refused(() => navigator.clipboard.readText()),
      midi: await refused(() => navigator.requestMIDIAccess({ sysex: true })),
      usb: await refused(() => navigator.usb.requestDevice({ filters: [] })),
      serial: await refused(() => navigator.serial.requestPort()),
      // Asked with a gesture this one answers with an empty list.
      hid: await navigator.hid.requestDevice({ filters: [] }).then((found) => (found.length === 0 ? 'none' : 'granted'), name),
      bluetooth: await refused(() => navigator.bluetooth.requestDevice({ acceptAllDevices: true })),
      wakeLock: await refused(() => navigator.wakeLock.request('screen')),
      states: await Promise.all(['geolocation', 'camera', 'microphone', 'midi', 'clipboard-read', 'background-sync'].map(state)),
      notifications: await Notification.requestPermission(),
    };
  })()`);
  const { states, notifications, place, ...devices } = answers as Record<string, unknown> & { states: string[] };
  expect(Object.entries(devices).filter(([, answer]) => answer === 'granted')).toEqual([]);
  // 1: PERMISSION_DENIED.
  expect(place).toBe(1);
  expect(states).not.toContain('granted');
  expect(devices['microphone']).toBe('NotAllowedError');
  // The window shows none unless its own setting says so.
  expect(notifications).toBe('granted');
});

test('a foreign page gets no permission at all', async () => {
  const states = await desktop.app.evaluate(async ({ BrowserWindow }, url) => {
    const foreign = new BrowserWindow({ show: false });
    await foreign.loadURL(url);
    const asked: unknown = await foreign.webContents.executeJavaScript(`Promise.all([
      Notification.requestPermission(),
      navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'granted', (error) => error.name),
      navigator.clipboard.writeText('x').then(() => 'granted', (error) => error.name),
    ])`);
    foreign.destroy();
    return asked;
  }, `${origin}/foreign`);
  expect(states).toEqual(['denied', 'NotAllowedError', 'NotAllowedError']);
  requests.length = 0;
});

test('nothing foreign is loaded or run: scripts, frames, images, styles, connections, workers, forms', async () => {
  const outcome = await inPage(`(async () => {
    const violations = new Set();
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => violations.add(effectiveDirective));
    const add = (tag, fields, text) => {
      const element = Object.assign(document.createElement(tag), fields);
      if (text !== undefined) element.textContent = text;
      document.body.append(element);
      return element;
    };
    const added = [
      add('script', { src: '${origin}/script.js' }),
      add('script', {}, 'globalThis.ranInline = true'),
      add('iframe', { src: '${origin}/frame' }),
      add('img', { src: '${origin}/image.png' }),
      add('link', { rel: 'stylesheet', href: '${origin}/style.css' }),
      add('object', { data: '${origin}/object' }),
      add('audio', { src: '${origin}/sound' }),
      add('style', {}, 'body { outline: 1px solid red }'),
    ];
    const button = add('button', {});
    button.setAttribute('onclick', 'globalThis.ranHandler = true');
    button.click();
    const failed = (work) => Promise.resolve().then(work).then(() => 'allowed', () => 'refused');
    const tried = {
      fetch: await failed(() => fetch('${origin}/fetch')),
      beacon: navigator.sendBeacon('${origin}/beacon') ? 'queued' : 'refused',
      socket: await new Promise((resolve) => {
        try {
          const socket = new WebSocket('${origin.replace('http', 'ws')}/socket');
          socket.onopen = () => resolve('allowed');
          socket.onerror = () => resolve('refused');
        } catch { resolve('refused'); }
      }),
      worker: await new Promise((resolve) => {
        try {
          const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
          worker.onmessage = () => resolve('allowed');
          worker.onerror = () => resolve('refused');
        } catch { resolve('refused'); }
      }),
      file: await failed(() => fetch('file:///etc/passwd')),
    };
    // The last of them is told a little after it was refused.
    for (let left = 50; violations.size < 7 && left > 0; left -= 1) await new Promise((resolve) => setTimeout(resolve, 100));
    for (const element of [...added, button]) element.remove();
    return { tried, violations: [...violations].sort(), ran: [globalThis.ranInline, globalThis.ranHandler] };
  })()`);
  const { tried, violations, ran } = outcome as { tried: Record<string, string>; violations: string[]; ran: unknown[] };
  expect(tried).toMatchObject({ fetch: 'refused', socket: 'refused', worker: 'refused', file: 'refused' });
  expect(ran).toEqual([undefined, undefined]);
  for (const directive of [
    'script-src-elem',
    'script-src-attr',
    'style-src-elem',
    'img-src',
    'connect-src',
    'frame-src',
    'worker-src',
  ])
    expect(violations).toContain(directive);
  expect(requests).toEqual([]);
  await expectAtHome();
});
