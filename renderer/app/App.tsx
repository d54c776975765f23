import { Tooltip } from 'radix-ui';
import { ApprovalContext } from '../features/approval/index.ts';
import { BuildContext } from '../features/build/index.ts';
import { ChangesContext } from '../features/changes/index.ts';
import { AssetSearchContext, ChatContext, ImagesContext } from '../features/chat/index.ts';
import { ConsoleContext } from '../features/console/index.ts';
import { CostContext } from '../features/cost/index.ts';
import { HealthContext } from '../features/health/index.ts';
import { FramesContext } from '../features/preview/index.ts';
import { SettingsContext } from '../features/settings/index.ts';
import { OpenSessionContext, SessionsContext } from '../features/sessions/index.ts';
import { VoiceContext } from '../features/voice/index.ts';
import { ApiContext } from '../lib/api/index.ts';
import { WindowContext } from '../lib/windowStore.ts';
import type { Composition } from './composition.ts';
import { Shell } from './Shell.tsx';

/** Gives every feature its store and shows the shell. */
export function App({ parts }: { readonly parts: Composition }) {
  return (
    <ApiContext value={parts.client}>
      <WindowContext.Provider handle={parts.window}>
        <OpenSessionContext.Provider handle={parts.openSession}>
          <SessionsContext.Provider handle={parts.sessions}>
            <HealthContext.Provider handle={parts.health}>
              <ChatContext.Provider handle={parts.chat}>
                <ApprovalContext.Provider handle={parts.approval}>
                  <ChangesContext.Provider handle={parts.changes}>
                    <FramesContext.Provider handle={parts.frames}>
                      <BuildContext.Provider handle={parts.build}>
                        <ConsoleContext.Provider handle={parts.console}>
                          <CostContext.Provider handle={parts.cost}>
                            <SettingsContext.Provider handle={parts.settings}>
                              <ImagesContext.Provider handle={parts.images}>
                                <AssetSearchContext.Provider handle={parts.assetSearch}>
                                  <VoiceContext.Provider handle={parts.voice}>
                                    <Tooltip.Provider delayDuration={400}>
                                      <Shell />
                                    </Tooltip.Provider>
                                  </VoiceContext.Provider>
                                </AssetSearchContext.Provider>
                              </ImagesContext.Provider>
                            </SettingsContext.Provider>
                          </CostContext.Provider>
                        </ConsoleContext.Provider>
                      </BuildContext.Provider>
                    </FramesContext.Provider>
                  </ChangesContext.Provider>
                </ApprovalContext.Provider>
              </ChatContext.Provider>
            </HealthContext.Provider>
          </SessionsContext.Provider>
        </OpenSessionContext.Provider>
      </WindowContext.Provider>
    </ApiContext>
  );
}
