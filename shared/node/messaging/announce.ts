import type { NatsLink } from './connect.ts';

/**
 * Tells whoever listens now, and keeps nothing: for what no stream takes. Resolves when the server has it. Rejects with a
 * DependencyError.
 */
export function announce(
  link: NatsLink,
  message: { readonly subject: string; readonly bytes: Uint8Array },
): Promise<void> {
  return link.use(async (connection) => {
    connection.publish(message.subject, message.bytes);
    await connection.flush();
  });
}
