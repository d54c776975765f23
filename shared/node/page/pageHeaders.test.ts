import { expect, test } from 'vitest';
import { fillNonce, makeNonce, pageHeaders } from './pageHeaders.ts';

test('nothing is allowed by default and no script may be inline', () => {
  const policy = pageHeaders({ nonce: 'abc' })['content-security-policy'] ?? '';
  const directives = new Map(
    policy.split('; ').map((part) => [part.split(' ')[0], part.split(' ').slice(1).join(' ')]),
  );
  expect(directives.get('default-src')).toBe("'none'");
  expect(directives.get('script-src')).toBe("'self'");
  expect(directives.get('style-src')).toBe("'self' 'nonce-abc'");
  expect(directives.get('frame-ancestors')).toBe("'none'");
  expect(policy).not.toContain('unsafe');
});

test('every placeholder of the page gets the nonce, and no two nonces are equal', () => {
  const nonce = makeNonce();
  expect(fillNonce('<meta nonce="__CSP_NONCE__"><link nonce="__CSP_NONCE__">', nonce)).toBe(
    `<meta nonce="${nonce}"><link nonce="${nonce}">`,
  );
  expect(makeNonce()).not.toBe(nonce);
});
