/** The nonce of the page's Content-Security-Policy, for libraries that add style elements (CodeMirror). */
export function readNonce(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
  return meta?.nonce ?? '';
}
