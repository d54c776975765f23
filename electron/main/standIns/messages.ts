import { z } from 'zod';

/** What a stand-in's process tells main. */
export const standInMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), env: z.record(z.string(), z.string()) }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);
export type StandInMessage = z.infer<typeof standInMessage>;
