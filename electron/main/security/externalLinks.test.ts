import { expect, test } from 'vitest';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { isAllowedExternalLink, makeOpenExternal } from './externalLinks.ts';

test.each(['https://docs.unity3d.com/ScriptReference/', 'https://learn.microsoft.com/dotnet/csharp/'])(
  '%s may be opened',
  (url) => {
    expect(isAllowedExternalLink(url)).toBe(true);
  },
);

test.each([
  'http://docs.unity3d.com/',
  'https://docs.unity3d.com.evil.example/',
  'https://docs.unity3d.com@evil.example/',
  'https://user:pass@docs.unity3d.com/',
  'https://docs.unity3d.com:8443/',
  'https://evil.example/docs.unity3d.com',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'ms-settings:',
  '',
])('%s may not be opened', (url) => {
  expect(isAllowedExternalLink(url)).toBe(false);
});

test('only what may be opened reaches the system', () => {
  const opened: string[] = [];
  const openExternal = makeOpenExternal({
    shell: { openExternal: async (url) => void opened.push(url) },
    logger: makeLogger({ name: 'test', level: 'silent' }),
  });
  expect(openExternal('https://unity.com/download')).toBe(true);
  expect(openExternal('https://evil.example/')).toBe(false);
  expect(opened).toEqual(['https://unity.com/download']);
});
