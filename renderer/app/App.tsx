import type { ReactNode } from 'react';
import { Tooltip } from 'radix-ui';
import { AlertsContext } from '../features/alerts/index.ts';
import { ApprovalContext } from '../features/approval/index.ts';
import { AttentionContext } from '../features/attention/index.ts';
import { AssetsContext } from '../features/assets/index.ts';
import { BuildContext } from '../features/build/index.ts';
import { ChangesContext } from '../features/changes/index.ts';
import { AssetSearchContext, ChatContext, ImagesContext } from '../features/chat/index.ts';
import { ConsoleContext } from '../features/console/index.ts';
import { CostContext } from '../features/cost/index.ts';
import { HealthContext } from '../features/health/index.ts';
import { HistoryContext, TeamContext } from '../features/history/index.ts';
import { ProgramContext } from '../features/program/index.ts';
import { InsightsContext } from '../features/insights/index.ts';
import { ProjectContext } from '../features/project/index.ts';
import { FramesContext } from '../features/preview/index.ts';
import { SettingsContext } from '../features/settings/index.ts';
import { OpenSessionContext, SessionsContext } from '../features/sessions/index.ts';
import { VoiceContext } from '../features/voice/index.ts';
import { ApiContext } from '../lib/api/index.ts';
import { ReportContext } from '../lib/report.ts';
import { WindowContext } from '../lib/windowStore.ts';
import type { Composition } from './composition.ts';
import { Shell } from './Shell.tsx';

/** Gives every feature its store and shows the shell. */
export function App({ parts }: { readonly parts: Composition }) {
  return around(parts).reduceRight<ReactNode>((inner, wrap) => wrap(inner), <Shell />);
}

type Wrap = (inner: ReactNode) => ReactNode;

/** What is around the shell, the outermost first; the order means nothing. */
const around = (parts: Composition): readonly Wrap[] => [
  (inner) => <ApiContext value={parts.client}>{inner}</ApiContext>,
  (inner) => <ReportContext value={parts.copyReport}>{inner}</ReportContext>,
  (inner) => <ProgramContext.Provider handle={parts.program}>{inner}</ProgramContext.Provider>,
  (inner) => <WindowContext.Provider handle={parts.window}>{inner}</WindowContext.Provider>,
  (inner) => <AttentionContext.Provider handle={parts.attention}>{inner}</AttentionContext.Provider>,
  (inner) => <AlertsContext.Provider handle={parts.alerts}>{inner}</AlertsContext.Provider>,
  (inner) => <OpenSessionContext.Provider handle={parts.openSession}>{inner}</OpenSessionContext.Provider>,
  (inner) => <SessionsContext.Provider handle={parts.sessions}>{inner}</SessionsContext.Provider>,
  (inner) => (
    <HistoryContext.Provider handle={parts.history}>
      <TeamContext.Provider handle={parts.team}>{inner}</TeamContext.Provider>
    </HistoryContext.Provider>
  ),
  (inner) => <HealthContext.Provider handle={parts.health}>{inner}</HealthContext.Provider>,
  (inner) => <ChatContext.Provider handle={parts.chat}>{inner}</ChatContext.Provider>,
  (inner) => <ApprovalContext.Provider handle={parts.approval}>{inner}</ApprovalContext.Provider>,
  (inner) => <ProjectContext.Provider handle={parts.project}>{inner}</ProjectContext.Provider>,
  (inner) => <ChangesContext.Provider handle={parts.changes}>{inner}</ChangesContext.Provider>,
  (inner) => <FramesContext.Provider handle={parts.frames}>{inner}</FramesContext.Provider>,
  (inner) => <BuildContext.Provider handle={parts.build}>{inner}</BuildContext.Provider>,
  (inner) => (
    <ConsoleContext.Provider handle={parts.console}>
      <AssetsContext.Provider handle={parts.assets}>{inner}</AssetsContext.Provider>
    </ConsoleContext.Provider>
  ),
  (inner) => <InsightsContext.Provider handle={parts.insights}>{inner}</InsightsContext.Provider>,
  (inner) => <CostContext.Provider handle={parts.cost}>{inner}</CostContext.Provider>,
  (inner) => <SettingsContext.Provider handle={parts.settings}>{inner}</SettingsContext.Provider>,
  (inner) => <ImagesContext.Provider handle={parts.images}>{inner}</ImagesContext.Provider>,
  (inner) => <AssetSearchContext.Provider handle={parts.assetSearch}>{inner}</AssetSearchContext.Provider>,
  (inner) => <VoiceContext.Provider handle={parts.voice}>{inner}</VoiceContext.Provider>,
  (inner) => <Tooltip.Provider delayDuration={400}>{inner}</Tooltip.Provider>,
];
