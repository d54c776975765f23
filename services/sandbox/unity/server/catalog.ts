import { z } from 'zod';
// Imported and not read: in the desktop app it is part of the bundle.
import captured from '../captures/catalog.json' with { type: 'json' };

/** The captured lists of the real server, cut to the tools and resources that the simulator answers. */
const objectSchema = z.looseObject({ type: z.literal('object') });
const toolSchema = z.looseObject({
  name: z.string(),
  description: z.string().optional(),
  inputSchema: objectSchema,
  outputSchema: objectSchema.optional(),
});
const catalogSchema = z.object({
  serverInfo: z.object({ name: z.string(), version: z.string() }),
  packageVersion: z.string(),
  instructions: z.string(),
  tools: z.array(toolSchema),
  resources: z.array(z.looseObject({ name: z.string(), uri: z.string(), description: z.string().optional() })),
});
export type Catalog = z.infer<typeof catalogSchema>;

let catalog: Catalog | undefined;

export function loadCatalog(): Catalog {
  catalog ??= catalogSchema.parse(captured);
  return catalog;
}
