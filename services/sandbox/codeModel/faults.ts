/** How a request ends otherwise than with an answer; each as the vendor documents it, or as a network does it. */
export type CodeFault =
  /** An error instead of an answer. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly type: string;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** An answer that ends by one of the documented reasons. */
  | { readonly kind: 'stop'; readonly reason: string; readonly category?: string }
  /** An `error` event after so many characters of the answer. */
  | { readonly kind: 'error'; readonly type: string; readonly after: number }
  /** The socket is destroyed after so many characters; the answer ends there without its end. */
  | { readonly kind: 'cut'; readonly after: number; readonly clean?: boolean }
  /** Nothing more comes after so many characters. */
  | { readonly kind: 'stall'; readonly after: number }
  /** HTTP 200 with what is no stream of messages. */
  | { readonly kind: 'garbage'; readonly contentType: string; readonly body: string }
  /** This text instead of what the writer writes. */
  | { readonly kind: 'answer'; readonly text: string };

const status = (code: number, type: string, more: Partial<Extract<CodeFault, { kind: 'status' }>> = {}): CodeFault => ({
  kind: 'status',
  status: code,
  type,
  ...more,
});

/** The documented failures, each under the name that tests and people use. */
export const documentedFaults = {
  badRequest: status(400, 'invalid_request_error'),
  wrongKey: status(401, 'authentication_error'),
  noMoney: status(402, 'billing_error'),
  forbidden: status(403, 'permission_error'),
  modelNotFound: status(404, 'not_found_error'),
  tooLarge: status(413, 'request_too_large'),
  /** Longer than a person waits for. */
  rateLimited: status(429, 'rate_limit_error', { headers: { 'retry-after': '42' } }),
  serverError: status(500, 'api_error'),
  gatewayTimeout: status(504, 'timeout_error'),
  overloaded: status(529, 'overloaded_error'),
  overloadedInStream: { kind: 'error', type: 'overloaded_error', after: 40 },
  refusal: { kind: 'stop', reason: 'refusal', category: 'cyber' },
  maxTokens: { kind: 'stop', reason: 'max_tokens' },
  cut: { kind: 'cut', after: 60 },
  ended: { kind: 'cut', after: 60, clean: true },
  stall: { kind: 'stall', after: 30 },
  webPage: { kind: 'garbage', contentType: 'text/html', body: '<!doctype html><title>Sign in</title>' },
  garbled: {
    kind: 'garbage',
    contentType: 'text/event-stream',
    body: 'event: message_start\ndata: {"type":"message_start","message":{"id"\n\n',
  },
} as const satisfies Record<string, CodeFault>;
