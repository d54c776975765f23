import type { z } from 'zod';
import { appRoutes } from './routes/app.ts';
import { assetRoutes } from './routes/asset.ts';
import { buildRoutes } from './routes/build.ts';
import { changeRoutes } from './routes/change.ts';
import { chatRoutes } from './routes/chat.ts';
import { dataRoutes } from './routes/data.ts';
import { projectRoutes } from './routes/project.ts';
import { sessionRoutes } from './routes/session.ts';
import { settingsRoutes } from './routes/settings.ts';
import { teamRoutes } from './routes/team.ts';
import { unityRoutes } from './routes/unity.ts';
import { usageRoutes } from './routes/usage.ts';
import { voiceRoutes } from './routes/voice.ts';

export type { Decision } from './routes/change.ts';
export { maxImageBytes, maxMessageChars, maxMessageImages } from './routes/chat.ts';
export type { ImageInput } from './routes/chat.ts';

/**
 * Every route of the window, once; each domain's are in a file of `routes/`. Two transports carry them (Electron IPC,
 * WebSocket); `services/bridge` implements them exhaustively. Queries change nothing; commands may.
 */
export const routes = {
  ...appRoutes,
  ...sessionRoutes,
  ...teamRoutes,
  ...chatRoutes,
  ...voiceRoutes,
  ...changeRoutes,
  ...unityRoutes,
  ...assetRoutes,
  ...buildRoutes,
  ...settingsRoutes,
  ...dataRoutes,
  ...projectRoutes,
  ...usageRoutes,
} as const;

export type Routes = typeof routes;
export type RouteName = keyof Routes;
/** What a caller gives (defaults may be left out). */
export type RouteInput<R extends RouteName> = z.input<Routes[R]['input']>;
/** What a handler receives (parsed). */
export type RouteParsed<R extends RouteName> = z.output<Routes[R]['input']>;
export type RouteOutput<R extends RouteName> = z.output<Routes[R]['output']>;

/** One handler per route; a missing or extra one does not compile. */
export type ApiHandlers = { readonly [R in RouteName]: (input: RouteParsed<R>) => Promise<RouteOutput<R>> };

/** The closed table that transports look routes up in (never a plain object: `constructor` is not a route). */
export const routeTable: ReadonlyMap<
  string,
  { readonly kind: 'query' | 'command'; readonly input: z.ZodType; readonly output: z.ZodType }
> = new Map(Object.entries(routes));
