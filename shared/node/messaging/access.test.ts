import { expect, test } from 'vitest';
import { accessOptions } from './access.ts';

const certificateOf = (names: string) => ({ subject: { CN: 'nats' }, subjectaltname: names }) as never;

test('a server named by its address is known by the address in its certificate, and by no other', () => {
  const { tls } = accessOptions('tls://10.0.0.27:4222,tls://nats.example:4222', {});
  const { checkServerIdentity: check } = tls as { checkServerIdentity: (host: string, of: never) => Error | undefined };
  // What Node asks when the client gave it no name.
  expect(check('localhost', certificateOf('IP Address:10.0.0.27'))).toBeUndefined();
  expect(check('localhost', certificateOf('IP Address:10.0.0.28, DNS:localhost'))).toBeInstanceOf(Error);
  expect(check('nats.example', certificateOf('DNS:nats.example'))).toBeUndefined();
  expect(check('nats.example', certificateOf('IP Address:10.0.0.27'))).toBeInstanceOf(Error);
});
