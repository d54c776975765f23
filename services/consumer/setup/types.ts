import type { Environment, EnvironmentLayers, VariableName } from '../../../shared/node/config/index.ts';
import type { Lifecycle } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';

/** Whoever sits at the terminal. */
export interface Person {
  /** What was typed, trimmed; empty when only Enter was. A secret is not shown. */
  readonly ask: (question: string, how?: { readonly secret: boolean }) => Promise<string>;
}

/** The service on this machine, as systemd has it. */
export interface ServiceControl {
  /** False where systemd does not run: then nothing is started. */
  readonly isThere: () => boolean;
  /** Enables and starts it, or starts it again with the new configuration; resolves with what went wrong, or null. */
  readonly start: () => Promise<string | null>;
}

export interface SetupNeeds {
  readonly layers: EnvironmentLayers;
  /** Absent: nobody is asked, all comes from the variables. */
  readonly person: Person | undefined;
  /** Not asked whether it shall be done. */
  readonly yes: boolean;
  readonly dryRun: boolean;
  /** Where the configuration is written; absent: nowhere. */
  readonly file: string | undefined;
  readonly service: ServiceControl;
  /** How long the first event is waited for. */
  readonly waitMs: number;
  readonly say: (text: string) => void;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
}

/** Answers of this run, over environment and file. */
export type Answers = Map<VariableName, string>;

export const environmentOf = ({ layers }: Pick<SetupNeeds, 'layers'>, answers: Answers): Environment => ({
  ...layers.file,
  ...layers.environment,
  ...Object.fromEntries(answers),
});
