import { randomBytes } from 'node:crypto';

/** The word in the built index.html that every answer replaces with its own nonce (electron.vite.config.ts sets it). */
const cspNoncePlaceholder = '__CSP_NONCE__';

/** A fresh nonce for one answer: 128 random bits, base64url. */
export const makeNonce = (): string => randomBytes(16).toString('base64url');

export const fillNonce = (html: string, nonce: string): string => html.replaceAll(cspNoncePlaceholder, nonce);

/**
 * The headers of every page and asset, in the desktop app and in the web host: nothing is allowed but what the window
 * needs. Scripts and styles come from the own origin, inline styles only with the nonce (CodeMirror makes them), images
 * from the own origin or from bytes the window already holds. `connect` adds sources to `connect-src`.
 */
export function pageHeaders(options: {
  readonly nonce: string;
  readonly connect?: readonly string[];
}): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${options.nonce}'`,
    "img-src 'self' blob:",
    "font-src 'self'",
    ["connect-src 'self'", ...(options.connect ?? [])].join(' '),
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(self), usb=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}
