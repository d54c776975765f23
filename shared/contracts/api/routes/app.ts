import { z } from 'zod';
import { alertSchema } from '../../alerts.ts';
import { setupViewSchema } from '../setupViews.ts';
import { healthViewSchema } from '../views.ts';
import { command, nothing, query } from './define.ts';

/** The program behind the window. */
export const appRoutes = {
  'app.get': query(
    nothing,
    z.object({
      version: z.string(),
      host: z.enum(['desktop', 'web']),
      simulated: z.boolean(),
      health: healthViewSchema,
      setup: setupViewSchema,
    }),
  ),
  'health.get': query(nothing, healthViewSchema),
  /** Alerts of the servers that are open, newest first; none where this program hears none. */
  'alert.list': query(nothing, z.object({ alerts: z.array(alertSchema) })),
  /** Versions, health and the end of the log as text, without secrets. */
  'report.get': query(nothing, z.object({ text: z.string() })),
  /** Of the desktop app's windows; refused as `unsupported` in a browser, which has its own. */
  'desktop.act': command(
    z.discriminatedUnion('act', [
      z.strictObject({ act: z.literal('new_window') }),
      z.strictObject({ act: z.literal('focus') }),
      z.strictObject({ act: z.literal('always_on_top'), on: z.boolean() }),
      /** Shows the folder of the program's log files. */
      z.strictObject({ act: z.literal('open_logs') }),
      /** Asks for another folder, and starts again with everything moved there. */
      z.strictObject({ act: z.literal('move_data') }),
    ]),
    setupViewSchema,
  ),
} as const;
