import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import { approvalRoutes } from './approval.ts';
import { archiveRoutes } from './archive.ts';
import { buildRoutes } from './build.ts';
import { changeRoutes } from './change.ts';
import { assetRoutes } from './asset.ts';
import { consoleRoutes } from './console.ts';
import { chatRoutes } from './chat.ts';
import { dataRoutes } from './data.ts';
import { makeDelivery } from './delivery.ts';
import { forkRoutes } from './fork.ts';
import { healthRoutes } from './health.ts';
import { historyRoutes } from './history.ts';
import { insightRoutes } from './insights.ts';
import { imageRoutes } from './image.ts';
import { policyRoutes } from './policy.ts';
import { previewRoutes } from './preview.ts';
import { sessionRoutes } from './session.ts';
import { projectTextRoutes } from './projectTexts.ts';
import { settingsRoutes } from './settings.ts';
import { undoRoutes } from './undo.ts';
import { teamRoutes } from './team.ts';
import type { ApiParts } from './types.ts';
import { unityRoutes } from './unity.ts';
import { usageRoutes } from './usage.ts';
import { voiceRoutes } from './voice.ts';

/** The handlers of every route; a missing one does not compile. Input is parsed by the transport. */
export function makeApi(parts: ApiParts): ApiHandlers {
  const delivery = makeDelivery(parts);
  return {
    ...healthRoutes(parts),
    ...sessionRoutes(parts),
    ...chatRoutes({ ...parts, delivery }),
    ...forkRoutes({ ...parts, delivery }),
    ...historyRoutes(parts),
    ...teamRoutes(parts),
    ...archiveRoutes(parts),
    ...imageRoutes(parts),
    ...assetRoutes(parts),
    ...consoleRoutes(parts),
    ...approvalRoutes(parts),
    ...changeRoutes(parts),
    ...undoRoutes(parts),
    ...previewRoutes(parts),
    ...buildRoutes(parts),
    ...policyRoutes(parts),
    ...projectTextRoutes(parts),
    ...settingsRoutes(parts),
    ...usageRoutes(parts),
    ...insightRoutes(parts),
    ...unityRoutes(parts),
    ...voiceRoutes(parts),
    ...dataRoutes(parts),
    ...parts.program.handlers,
  };
}

export { dispatchByPerson } from './byPerson.ts';
export { nameByWords } from './session.ts';
export type { ApiParts } from './types.ts';
