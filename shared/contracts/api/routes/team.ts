import { uuidSchema } from '../../ids.ts';
import {
  teamChangeTextSchema,
  teamChoicesSchema,
  teamPageSchema,
  teamQuerySchema,
  teamSessionViewSchema,
} from '../teamViews.ts';
import { nothing, ofSession, query } from './define.ts';

/** Sessions of everybody, as the database has them. */
export const teamRoutes = {
  /** Over the sessions that the database has, everybody's, newest first; a page looks through so many and no more. */
  'team.search': query(teamQuerySchema, teamPageSchema),
  'team.list_choices': query(nothing, teamChoicesSchema),
  'team.open': query(ofSession, teamSessionViewSchema),
  'team.read_change': query(ofSession.extend({ changeId: uuidSchema }), teamChangeTextSchema),
} as const;
