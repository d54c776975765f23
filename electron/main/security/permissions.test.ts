import { expect, test } from 'vitest';
import { isPermitted, restrictPermissions, type GuardedSession } from './permissions.ts';

const microphone = { permission: 'media', asker: 'app://spark/', isMainFrame: true, media: ['audio'] };

test('the microphone is permitted to the window while voice is on', () => {
  expect(isPermitted(microphone, { isVoiceOn: true })).toBe(true);
  expect(isPermitted(microphone, { isVoiceOn: false })).toBe(false);
});

test.each([
  { ...microphone, asker: 'https://example.com/' },
  { ...microphone, asker: 'app://spark.evil/' },
  { ...microphone, asker: '' },
  { ...microphone, isMainFrame: false },
  { ...microphone, media: ['audio', 'video'] },
  { ...microphone, media: [] },
  ...['geolocation', 'midi', 'clipboard-read', 'display-capture', 'fullscreen', 'openExternal', ''].map(
    (permission) => ({ ...microphone, permission }),
  ),
])('%j is not permitted', (question) => {
  expect(isPermitted(question, { isVoiceOn: true })).toBe(false);
});

test.each(['clipboard-sanitized-write', 'notifications'])('%s is permitted to the window only', (permission) => {
  const copy = { ...microphone, permission, media: [] };
  expect(isPermitted(copy, { isVoiceOn: false })).toBe(true);
  expect(isPermitted({ ...copy, asker: 'https://example.com' }, { isVoiceOn: false })).toBe(false);
});

test('request, check and device handlers are all set and decide alike', () => {
  let request: Parameters<GuardedSession['setPermissionRequestHandler']>[0] | undefined;
  let check: Parameters<GuardedSession['setPermissionCheckHandler']>[0] | undefined;
  let device: (() => boolean) | undefined;
  let isVoiceOn = false;
  restrictPermissions(
    {
      setPermissionRequestHandler: (handler) => void (request = handler),
      setPermissionCheckHandler: (handler) => void (check = handler),
      setDevicePermissionHandler: (handler) => void (device = handler),
    },
    { isVoiceOn: () => isVoiceOn },
  );
  const answers = (): boolean[] => {
    const given: boolean[] = [];
    request?.({}, 'media', (granted) => given.push(granted), {
      requestingUrl: 'app://spark/',
      isMainFrame: true,
      mediaTypes: ['audio'],
    });
    given.push(check?.({}, 'media', 'app://spark/', { isMainFrame: true, mediaType: 'audio' }) ?? true);
    given.push(device?.() ?? true);
    return given;
  };
  expect(answers()).toEqual([false, false, false]);
  isVoiceOn = true;
  expect(answers()).toEqual([true, true, false]);
});
