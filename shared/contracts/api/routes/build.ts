import { z } from 'zod';
import { buildTargetSchema, runUnityBuildArgs } from '../../functions/builds.ts';
import { uuidSchema } from '../../ids.ts';
import { buildViewSchema } from '../views.ts';
import { command, ofSession, query } from './define.ts';

/** Builds of the open project. */
export const buildRoutes = {
  'build.start': command(
    ofSession.extend({
      target: buildTargetSchema,
      development: z.boolean().default(false),
      /** Inside the project; a folder of its own under Builds/ when left out. */
      outputPath: runUnityBuildArgs.shape.outputPath,
    }),
    z.object({ build: buildViewSchema }),
  ),
  /** The newest builds of the session's project, of all sessions, newest first. */
  'build.history': query(ofSession, z.object({ projectName: z.string(), builds: z.array(buildViewSchema) })),
  /**
   * Shows a build's output in the system's file manager, where SPARK has one. `path` is where it lies: on this machine, or
   * as Unity named it where the project's folder is elsewhere.
   */
  'build.reveal': command(
    z.strictObject({ buildId: uuidSchema }),
    z.object({ path: z.string(), revealed: z.boolean() }),
  ),
} as const;
