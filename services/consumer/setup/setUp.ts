import { randomBytes } from 'node:crypto';
import { installDatabase, planInstall } from '../../../database/index.ts';
import { DependencyError } from '../../../shared/errors/index.ts';
import { loadConfig } from '../../../shared/node/config/index.ts';
import { ensureDurable, ensureStreams } from '../../../shared/node/messaging/index.ts';
import { alertDurableOptions } from '../alerts/keeper.ts';
import { durableOptions } from '../consumer.ts';
import { limitsOf, loadSettings, type Settings } from '../settings.ts';
import { checkConsumerLogin, describeNats, findGaps, withDatabase, withNats } from './connections.ts';
import { changedVariables, writeConfiguration, whyNotWritable } from './configuration.ts';
import { watchFirstEvent } from './firstEvent.ts';
import { askFor, databaseQuestions, natsQuestions, serviceQuestions, suggest } from './questions.ts';
import { environmentOf, type Answers, type SetupNeeds } from './types.ts';

/*
 * Questions, connections, plan, consent, work, first event: nothing is changed before the plan was shown and agreed to.
 * Every step may be repeated: what is there already is no longer in the plan.
 */

/** What `setup` does. Resolves with the exit code; with 0 events become rows, or would with `dryRun`. */
export async function setUp(needs: SetupNeeds): Promise<number> {
  const { say } = needs;
  const answers: Answers = new Map();
  if (needs.person !== undefined) await askFor(natsQuestions, answers, { ...needs, person: needs.person });
  await settleNats(answers, needs);
  if (needs.person !== undefined) await askFor(databaseQuestions, answers, { ...needs, person: needs.person });
  suggest(answers, needs);
  const schema = await settleDatabase(answers, needs);
  if (schema === 'impossible') return 1;
  if (needs.person !== undefined) await askFor(serviceQuestions, answers, { ...needs, person: needs.person });

  const settings = loadSettings(environmentOf(needs, answers));
  const changed = needs.file === undefined ? [] : changedVariables(needs.file, environmentOf(needs, answers));
  const obstacle = needs.file === undefined || changed.length === 0 ? null : whyNotWritable(needs.file);
  const plan = [
    ...schema.lines.map((line) => `PostgreSQL: ${line}`),
    ...(await planStreams(settings, needs)).map((line) => `NATS: ${line.replace(/^would /, '')}`),
    ...(changed.length === 0 ? [] : [`${needs.file}: write ${changed.join(', ')}`]),
    ...(needs.file !== undefined && needs.service.isThere() ? ['systemd: enable and start spark-nats-consumer'] : []),
  ];
  say(plan.length === 0 ? 'Nothing to change.' : ['This will be done:', ...plan.map((line) => `  ${line}`)].join('\n'));
  if (obstacle !== null) {
    say(obstacle);
    return 1;
  }
  if (needs.dryRun) return 0;
  if (plan.length > 0 && !(await agreed(needs))) return 1;

  await schema.apply();
  for (const line of await applyStreams(settings, needs)) say(`NATS: ${line}`);
  if (needs.file === undefined) return 0;
  if (changed.length > 0) {
    writeConfiguration(needs.file, changed, environmentOf(needs, answers));
    say(`${needs.file}: written`);
  }
  return await startAndWatch(settings, needs);
}

async function agreed({ yes, person, say }: SetupNeeds): Promise<boolean> {
  if (yes) return true;
  if (person === undefined) {
    say('Nothing was changed. Nobody is here to be asked: --yes does it.');
    return false;
  }
  const answer = await person.ask('Do it? [y/N]: ');
  if (/^y(es)?$/i.test(answer)) return true;
  say('Nothing was changed.');
  return false;
}

/** Asks again until NATS answers; without a person a server that does not answer rejects. */
async function settleNats(answers: Answers, needs: SetupNeeds): Promise<void> {
  for (;;) {
    // Only what is about NATS: PostgreSQL is not known yet when somebody is asked.
    const given = loadPart(answers, needs);
    try {
      needs.say(`NATS answers: ${await withNats(given, needs, describeNats)}`);
      return;
    } catch (error) {
      if (!(error instanceof DependencyError) || needs.person === undefined) throw error;
      needs.say(error.message);
      await askFor(natsQuestions, answers, { ...needs, person: needs.person });
    }
  }
}

function loadPart(answers: Answers, needs: SetupNeeds): Settings {
  const env = environmentOf(needs, answers);
  // Without a person everything is there now, and everything that is wrong is told at once.
  const known = needs.person === undefined || (env['SLATE_DB_HOST'] ?? '') !== '';
  return loadSettings(known ? env : { ...env, SLATE_DB_HOST: 'not-asked-yet' });
}

interface SchemaPlan {
  readonly lines: readonly string[];
  readonly apply: () => Promise<void>;
}

/** What the database lacks, and how it gets it; `impossible` when it was said what somebody has to do first. */
async function settleDatabase(answers: Answers, needs: SetupNeeds): Promise<SchemaPlan | 'impossible'> {
  const { say, person } = needs;
  for (;;) {
    const settings = loadSettings(environmentOf(needs, answers));
    const gaps = await findGaps(settings, needs);
    if (gaps.length === 0) {
      say(`PostgreSQL answers: role ${settings.SLATE_DB_USER}, schema and grants as this version needs them`);
      return { lines: [], apply: () => Promise.resolve() };
    }
    say(`PostgreSQL: ${gaps.join('; ')}`);
    const admin = await askAdmin(settings, needs);
    if (admin !== undefined) {
      const plan = await planWithAdmin(settings, admin, answers, needs);
      if (typeof plan !== 'string') return plan;
      say(plan);
    }
    if (person === undefined) {
      say(withoutAdmin);
      return 'impossible';
    }
    await askFor(databaseQuestions, answers, { ...needs, person });
  }
}

const withoutAdmin =
  'Nothing was changed. Correct SLATE_DB_*; or, where role, schema or grants are missing, set SPARK_ADMIN_DB_USER and ' +
  'SPARK_ADMIN_DB_PASSWORD for this command, or have an admin run "spark-db roles", "spark-db migrate" and "spark-db roles".';

async function askAdmin(settings: Settings, { layers, person }: SetupNeeds): Promise<Settings | undefined> {
  const env = { ...layers.file, ...layers.environment };
  const given = loadConfig(env, ['SPARK_ADMIN_DB_USER', 'SPARK_ADMIN_DB_PASSWORD']);
  const user =
    given.SPARK_ADMIN_DB_USER ??
    (await person?.ask(
      'An admin of PostgreSQL mends that; the login is used now and not kept. User (empty: none): ',
    )) ??
    '';
  if (user === '') return undefined;
  const password = given.SPARK_ADMIN_DB_PASSWORD ?? (await person?.ask(`Password of ${user}: `, { secret: true }));
  return { ...settings, SLATE_DB_USER: user, SLATE_DB_PASSWORD: password };
}

/** Resolves with why it cannot be done, in words. A missing password of the consumer's role is made up and written. */
async function planWithAdmin(
  settings: Settings,
  admin: Settings,
  answers: Answers,
  needs: SetupNeeds,
): Promise<SchemaPlan | string> {
  try {
    const problem = await checkConsumerLogin(settings, admin, needs);
    if (problem !== null) return problem;
    const password = settings.SLATE_DB_PASSWORD ?? randomBytes(24).toString('base64url');
    const { lines, refusal } = await withDatabase(admin, needs, (database) => planInstall({ database }, password));
    if (refusal !== undefined) return refusal;
    answers.set('SLATE_DB_PASSWORD', password);
    return {
      lines,
      apply: async () => {
        const { logger } = needs;
        await withDatabase(admin, needs, (database) => installDatabase({ database, config: admin, logger }, password));
        needs.say('PostgreSQL: roles, schema and grants are made');
      },
    };
  } catch (error) {
    if (!(error instanceof DependencyError)) throw error;
    return error.message;
  }
}

const planStreams = (settings: Settings, needs: SetupNeeds): Promise<string[]> => streams(settings, needs, true);
const applyStreams = (settings: Settings, needs: SetupNeeds): Promise<string[]> => streams(settings, needs, false);

function streams(settings: Settings, needs: SetupNeeds, dryRun: boolean): Promise<string[]> {
  return withNats(settings, needs, async (link) => [
    ...(await ensureStreams(link, { replicas: settings.SPARK_NATS_REPLICAS, dryRun })),
    ...(await ensureDurable(link, { ...durableOptions(limitsOf(settings)), dryRun })),
    ...(await ensureDurable(link, { ...alertDurableOptions(limitsOf(settings)), dryRun })),
  ]);
}

async function startAndWatch(settings: Settings, { service, waitMs, say, lifecycle }: SetupNeeds): Promise<number> {
  if (service.isThere()) {
    const problem = await service.start();
    if (problem !== null) {
      say(`The configuration is written, and the service does not start. ${problem}`);
      return 1;
    }
    say('systemd: spark-nats-consumer is started, and will be at each boot');
  } else {
    say('systemd does not run on this machine: start "spark-nats-consumer run" as the user spark-consumer.');
  }
  const { SPARK_METRICS_HOST: host, SPARK_METRICS_PORT: port } = settings;
  return await watchFirstEvent({ host, port, waitMs, say, signal: lifecycle.signal });
}
