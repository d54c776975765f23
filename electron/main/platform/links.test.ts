import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { linkAmong, parseLink } from './links.ts';

const sessionId = '0199a7c8-0000-7000-8000-000000000001';

test.each([`spark://session/${sessionId}`, `SPARK://session/${sessionId.toUpperCase()}`])(
  '%s opens the session',
  (link) => {
    expect(parseLink(link)).toEqual({ sessionId });
  },
);

test.each([
  '',
  'spark:',
  'spark://session/',
  `spark://session/${sessionId}/`,
  `spark://session/${sessionId}?prompt=delete+everything`,
  `spark://session/${sessionId}#x`,
  `spark://user:word@session/${sessionId}`,
  `spark://session:1/${sessionId}`,
  `spark://sessions/${sessionId}`,
  `spark://run/${sessionId}`,
  `spark:session/${sessionId}`,
  `https://session/${sessionId}`,
  'spark://session/../../etc/passwd',
  'spark://session/%30199a7c8-0000-7000-8000-000000000001',
  `spark://session/${sessionId}${' '.repeat(300)}`,
  'spark://session/constructor',
])('%j opens nothing', (link) => {
  expect(parseLink(link)).toBeUndefined();
});

test('whatever text comes, a link is a session’s id or nothing', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webUrl(),
        fc.string().map((text) => `spark://session/${text}`),
      ),
      (text) => {
        const link = parseLink(text);
        if (link !== undefined) expect(link.sessionId).toMatch(/^[0-9a-f-]{36}$/);
      },
    ),
  );
});

test('the link is found among the arguments of a start', () => {
  const link = `spark://session/${sessionId}`;
  expect(linkAmong(['.', '--allow-file-access-from-files', link])).toEqual({ sessionId });
  expect(linkAmong(['.', '--sandbox'])).toBeUndefined();
  expect(linkAmong([link, 'spark://other'])).toBeUndefined();
});
