import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HealthView, PushedEvent, SessionView } from '../../../shared/contracts/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { keepTray, statusLine, trayTemplate } from './tray.ts';
import { trayIcon } from './trayIcon.ts';

const dependency = (more: Partial<HealthView['dependencies'][number]>): HealthView['dependencies'][number] => ({
  id: 'unity',
  status: 'ok',
  label: 'Game · ready',
  detail: '',
  simulated: false,
  latencyMs: null,
  ...more,
});
const health = (...dependencies: HealthView['dependencies']): HealthView => ({
  dependencies,
  outboxDepth: 0,
  replicaLagMs: null,
  consumer: null,
  costMicroUsd: 0,
});
const session = (title: string, at: number, more: Partial<SessionView> = {}): SessionView => ({
  sessionId: `0199a7c8-0000-7000-8000-00000000000${at}`,
  title,
  status: 'active',
  projectName: null,
  simulated: false,
  busy: false,
  createdAt: '2026-11-22T10:00:00.000Z',
  updatedAt: `2026-11-22T10:00:0${at}.000Z`,
  ...more,
});
const nothing = {
  show: () => undefined,
  openSession: () => undefined,
  openLogs: () => undefined,
  quit: () => undefined,
};

test('the tip says what is wrong, leaves out what is not configured, and names the sandbox', () => {
  expect(statusLine(health(dependency({}), dependency({ id: 'nats', status: 'off', label: 'no NATS' })))).toBe(
    'SPARK is ready',
  );
  const away = health(dependency({ status: 'down', label: 'no editor', simulated: true }));
  expect(statusLine({ ...away, outboxDepth: 3 })).toBe('SPARK: no editor · sandbox · 3 to send');
});

test('the menu has the newest five sessions, and each opens its own', () => {
  const opened: string[] = [];
  const sessions = [1, 2, 3, 4, 5, 6].map((at) => session(`Session ${at}`, at));
  const menu = trayTemplate(
    { health: health(), sessions },
    { ...nothing, openSession: (sessionId) => opened.push(sessionId) },
  );
  const labels = menu.map(({ label }) => label);
  expect(labels).toContain('Session 6');
  expect(labels).not.toContain('Session 1');
  menu.find(({ label }) => label === 'Session 3')?.click?.();
  expect(opened).toEqual(['0199a7c8-0000-7000-8000-000000000003']);
});

test('a long or odd title is one short line', () => {
  const [, , line] = trayTemplate(
    { health: health(), sessions: [session(`Doors & ${'x'.repeat(90)}`, 1, { busy: true })] },
    nothing,
  );
  expect(line?.label).toMatch(/^Doors && x{31}… \(at work\)$/);
});

test('the icon is the drawn one', () => {
  const drawn = readFileSync(join(import.meta.dirname, '../../../build/icons/32x32.png'));
  expect(Buffer.from(trayIcon, 'base64').equals(drawn)).toBe(true);
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('many changes draw the menu once, and none after the end', async () => {
  const listeners = new Set<(event: PushedEvent) => void>();
  const tips: string[] = [];
  const stop = keepTray({
    tray: { setToolTip: (text) => tips.push(text), setMenu: () => undefined },
    api: { 'health.get': async () => health(dependency({})), 'session.list': async () => ({ sessions: [] }) },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    actions: nothing,
    logger: makeLogger({ name: 'test', level: 'silent' }),
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(tips).toHaveLength(1);
  for (let change = 0; change < 50; change += 1)
    for (const listener of listeners) listener({ name: 'health.changed', payload: { health: health() } });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(tips).toHaveLength(2);
  for (const listener of listeners) listener({ name: 'app.reopened', payload: {} });
  stop();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(tips).toHaveLength(2);
  expect(listeners.size).toBe(0);
});
