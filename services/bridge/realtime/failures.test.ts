import { describe, expect, it } from 'vitest';
import { connectError, judge, refusedSession } from './failures.ts';

describe('a failure of the service', () => {
  it.each([
    ['rate_limit_exceeded', 'wait'],
    ['session_expired', 'reconnect'],
    ['server_error', 'again'],
    ['insufficient_quota', 'final'],
    ['model_not_found', 'final'],
    ['from_the_future', 'final'],
  ])('%s asks for: %s', (code, kind) => {
    expect(judge({ code })).toMatchObject({ kind });
  });

  it('without a code is taken for one that may pass', () => {
    expect(judge(null)).toEqual({ kind: 'again' });
    expect(judge({ type: 'server_error' })).toEqual({ kind: 'again' });
  });

  it('that refuses a session is tried again only where that can help', () => {
    expect(refusedSession({ code: 'rate_limit_exceeded' })).toMatchObject({ retryable: true });
    expect(refusedSession({ code: 'model_not_found', message: 'Unknown.' })).toMatchObject({
      code: 'realtime_rejected',
      retryable: false,
      message: expect.stringMatching(/SPARK_REALTIME_MODEL.*Unknown.*kept/),
    });
  });

  it.each([
    [401, 'realtime_rejected', 'OPENAI_REALTIME_API_KEY'],
    [404, 'realtime_rejected', 'SPARK_REALTIME_MODEL'],
    [400, 'realtime_rejected', 'HTTP 400'],
    [429, 'realtime_unavailable', 'HTTP 429'],
    [503, 'realtime_unavailable', 'HTTP 503'],
    [null, 'realtime_unavailable', 'Check the network'],
  ])('at the upgrade with %j is %s, with what to do', (status, code, hint) => {
    expect(connectError(status, undefined)).toMatchObject({ code, message: expect.stringContaining(hint) });
  });

  it.each(['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'of the certificate (%s) is told as one',
    (code) => {
      expect(connectError(null, Object.assign(new Error('tls'), { code }))).toMatchObject({
        code: 'realtime_rejected',
        message: expect.stringContaining(code),
      });
    },
  );
});
