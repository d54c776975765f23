import type { DependencyHealth } from '../../../shared/contracts/api/index.ts';

/** What each dependency is for. */
export const purposeOf: Readonly<Record<DependencyHealth['id'], string>> = {
  model: 'Answers requests and asks for function calls.',
  unity: 'The editor of this project: scripts, preview frames, builds.',
  nats: 'Carries events to the team’s database.',
  primary: 'Keeps the team’s history.',
  replica: 'Is read to show what is stored.',
  analytics: 'Tells Insights the figures of everybody.',
  journal: 'Keeps everything on this machine first.',
};

/** What works while it is away. */
const whileAway: Readonly<Record<DependencyHealth['id'], string>> = {
  model: 'Earlier sessions, their changes and frames can be read; preview and build work from the panel.',
  unity: 'You can talk and read history; scripts, preview and builds wait for the editor.',
  nats: 'Everything works; events wait here and are sent when it is back.',
  primary: 'Everything works; changes stay kept and become stored when it is back.',
  replica: 'Everything works; reads go to the primary.',
  analytics: 'Everything works; Insights read the database, or this machine’s journal, and say so.',
  journal: 'Nothing can be kept: restart SPARK.',
};

/** What it would bring where nobody has set it up: nothing is missing then. */
const whileOff: typeof whileAway = {
  ...whileAway,
  unity: 'Set it up to work on a project; you can talk and read history without it.',
  nats: 'Optional: what happens is kept on this machine, and goes to a team’s server once there is one.',
  primary: 'Optional: it keeps a team’s history. Yours is kept on this machine.',
  replica: 'Optional: reads go to the primary.',
};

/** What works without it. */
export const withoutIt = ({ id, status }: Pick<DependencyHealth, 'id' | 'status'>): string =>
  (status === 'off' ? whileOff : whileAway)[id];
