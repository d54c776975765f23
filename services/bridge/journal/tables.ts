import type { BudgetExtensionTable } from './budgetExtensions.ts';
import type { BuildTable } from './builds.ts';
import type { CallTable } from './calls.ts';
import type { ConsoleMarkTable } from './consoleMarks.ts';
import type { ChangeTable } from './changes.ts';
import type { EditorStateTable } from './editorStates.ts';
import type { FactTable } from './facts.ts';
import type { FrameTable } from './frames.ts';
import type { InsightReader } from './insights.ts';
import type { Ledger } from './ledger.ts';
import type { MessageTable } from './messages.ts';
import type { Outbox } from './outbox.ts';
import type { PolicyRuleTable } from './policyRules.ts';
import type { ProjectRulesTable } from './projectRules.ts';
import type { PromptTable } from './prompts.ts';
import type { Removal } from './removal.ts';
import type { JournalStats } from './stats.ts';
import type { SearchTable } from './search/searchTable.ts';
import type { SessionTable } from './sessions.ts';
import type { SettingsTable } from './settings.ts';
import type { SummaryTable } from './summaries.ts';
import type { UsageTable } from './usage.ts';

/** The journal's tables by family, and the transaction that spans them. */
export interface JournalTables {
  readonly sessions: SessionTable;
  readonly search: SearchTable;
  readonly messages: MessageTable;
  readonly calls: CallTable;
  readonly consoleMarks: ConsoleMarkTable;
  readonly changes: ChangeTable;
  readonly editorStates: EditorStateTable;
  readonly facts: FactTable;
  readonly frames: FrameTable;
  readonly budgetExtensions: BudgetExtensionTable;
  readonly builds: BuildTable;
  readonly policyRules: PolicyRuleTable;
  readonly projectRules: ProjectRulesTable;
  readonly prompts: PromptTable;
  readonly settings: SettingsTable;
  readonly ledger: Ledger;
  readonly summaries: SummaryTable;
  readonly usage: UsageTable;
  readonly outbox: Outbox;
  readonly insights: InsightReader;
  readonly removal: Removal;
  readonly stats: () => JournalStats;
  /** State and its events belong into one of these: both are kept, or neither. Nested calls join. */
  readonly transact: <T>(work: () => T) => T;
}
