import { z } from 'zod';

/** What the MCP server sends over `/hub/plugin`; messages of other types, and unknown ids, are ignored as the plugin does. */
export const serverMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('welcome'), serverTimeout: z.number(), keepAliveInterval: z.number().positive() }),
  z.object({ type: z.literal('registered'), session_id: z.string() }),
  z.object({ type: z.literal('ping') }),
  z.object({
    type: z.literal('execute'),
    id: z.string(),
    name: z.string(),
    params: z.record(z.string(), z.unknown()).default({}),
  }),
]);
export type ServerMessage = z.output<typeof serverMessageSchema>;

/** The message in a frame; undefined when the plugin would ignore it. */
export function parseServerMessage(text: string): ServerMessage | undefined {
  try {
    return serverMessageSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
