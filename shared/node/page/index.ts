export { fillNonce, makeNonce, pageHeaders } from './pageHeaders.ts';
export { resolveInside } from './resolveInside.ts';
