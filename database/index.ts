export { makeDatabase } from './database.ts';
export type { Database, DatabaseOptions } from './database.ts';
export { canConsumerLogIn, consumerRole, installDatabase, planInstall } from './install.ts';
export type { InstallPlan } from './install.ts';
export type { DatabaseHealth, ReplicaHealth, ServerHealth } from './health.ts';
export { copyEvents, EncodedRows, ensureMonths, insertEvents, isConflict } from './eventRows.ts';
export type { EventRow } from './eventRows.ts';
export { databaseVariables } from './pool.ts';
export type { CopyClient, DatabaseConfig, SqlClient, SqlStatement } from './pool.ts';
export { Projection, writeProjection, writeProjections } from './projections.ts';
export type { ProjectedRows, RecordedEvent } from './projections.ts';
export { listStoredChanges } from './queries/changes.ts';
export type { StoredChange } from './queries/changes.ts';
export { findBuild, findCall, findEvent, findPreview, findScript } from './queries/evidence.ts';
export { countOpenAlerts, findAlerts, keepAlert, readAlerts } from './queries/alerts.ts';
export type { StoredAlert } from './queries/alerts.ts';
export { countWaitingDays, insightFigures, readInsights } from './queries/insights.ts';
export type { StoredInsights } from './queries/insights.ts';
export { readMetricWindows, readUsageWindows } from './queries/windowReads.ts';
export { readRecentCalls } from './queries/recentCalls.ts';
export type { RecentCalls } from './queries/recentCalls.ts';
export { listDaysDue, readEventsDaily, rollDay } from './queries/daily.ts';
export type { DueDay } from './queries/daily.ts';
export { countStoredEvents, readDayFigures, readEventFigures, readWindowFigures } from './queries/figures.ts';
export type { Figure } from './queries/figures.ts';
export { findEventsOfKeptMonths, findStoredEvents } from './queries/stored.ts';
export { listTeamChoices, searchTeam } from './queries/team.ts';
export type { StoredTeamPage, StoredTeamResult } from './queries/team.ts';
export { openTeamSession, readTeamChange } from './queries/teamSession.ts';
export { findMissingGrants } from './queries/grants.ts';
export { ensureMonthsAhead, findMissingMonths } from './queries/partitions.ts';
export { dropReplicationSlot, findReplicationSlot } from './queries/replicationSlot.ts';
export type { ReplicationSlot } from './queries/replicationSlot.ts';
export { readPostgresClock, readPostgresFacts } from './queries/serverFacts.ts';
export {
  compareWindows,
  findWindowsEnd,
  findWindowsStart,
  forgetWindows,
  windowLatenessSeconds,
} from './queries/windows.ts';
export type { WindowComparison, WindowDifference } from './queries/windows.ts';
export type { ReadOutcome } from './replica.ts';
export { makeReplicaReader } from './replicaReader.ts';
export type { ReplicaReader } from './replicaReader.ts';
export { compareSchema } from './schemaStatus.ts';
export { isServerAway } from './sqlError.ts';
export type { ServerRole } from './sqlError.ts';
export type { WalPosition } from './walPosition.ts';
