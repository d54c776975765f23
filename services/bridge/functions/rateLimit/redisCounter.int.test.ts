import process from 'node:process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, type TestContext } from 'vitest';
import { loadConfig } from '../../../../shared/node/config/index.ts';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import { freePort } from '../../../sandbox/stack/ports.ts';
import { findRedis } from '../../../sandbox/stack/testing/redisProgram.ts';
import { startRedis, type RedisForTest } from '../../../sandbox/stack/testing/redisServer.ts';
import { openRateLimit, rateLimitVariables } from './openRateLimit.ts';
import { makeRateLimit, type RateLimit } from './rateLimit.ts';
import { makeRedisCounter } from './redisCounter.ts';

/* The limit of a user's calls over a real Redis: shared by the user's apps, and none of them waits for it. */
let redis: RedisForTest | undefined;
let missing: string | undefined;
beforeAll(async () => {
  const program = await findRedis();
  if ('missing' in program) missing = program.missing;
  else redis = await startRedis(program);
});
afterAll(() => redis?.stop());

const opened: RateLimit[] = [];
let users = 0;
beforeEach(async () => {
  users += 1;
  await redis?.part.start();
});
afterEach(() => {
  for (const limit of opened.splice(0)) limit.close();
});

/** The running Redis, or the test is skipped by name. */
function needRedis(context: TestContext): RedisForTest {
  if (redis !== undefined) return redis;
  Object.assign(context.task.meta, { skipReason: missing });
  return context.skip(missing);
}

interface App {
  readonly take: () => Promise<void>;
  /** What it logged. */
  readonly lines: readonly string[];
}

const perMinute = 3;
const loggerTo = (lines: string[]) =>
  makeLogger({ name: 'test', level: 'info', sink: { write: (line) => void lines.push(line) } });

/** By default it waits for Redis as long as a busy machine needs. */
function openApp(
  { port, password }: { readonly port: number; readonly password: string },
  { user = `ada-${users}`, answerMs = 30_000 } = {},
): App {
  const lines: string[] = [];
  const access = { host: '127.0.0.1', port, user: undefined, password };
  const counter = makeRedisCounter({ redis: access, perMinute, logger: loggerTo(lines), answerMs });
  const limit = makeRateLimit({ perMinute, user, counter });
  opened.push(limit);
  return { take: limit.take, lines };
}

const refused = { code: 'rate_limited', data: { waitSeconds: expect.any(Number) as number } };
const counts = (app: App, words: string): number => app.lines.filter((line) => line.includes(words)).length;

/** Calls until the app says that Redis counts again. */
async function untilCountedAgain(app: App): Promise<void> {
  while (counts(app, 'Redis counts function calls again') === 0) {
    await app.take().catch(() => undefined);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

async function untilRefused(app: App): Promise<void> {
  for (;;) {
    try {
      await app.take();
    } catch (error) {
      expect(error).toMatchObject(refused);
      return;
    }
  }
}

describe('with Redis', () => {
  test('all apps of a user share one limit, and another user has another', async (context) => {
    const server = needRedis(context);
    const [desktop, web] = [openApp(server), openApp(server)];
    const somebodyElse = openApp(server, { user: 'grace' });
    await desktop.take();
    await web.take();
    await desktop.take();
    await expect(web.take()).rejects.toMatchObject(refused);
    await expect(desktop.take()).rejects.toMatchObject(refused);
    await somebodyElse.take();
    expect([...desktop.lines, ...web.lines, ...somebodyElse.lines]).toEqual([]);
  });

  test('a Redis that dies is told once, each app counts its own calls, and Redis counts again when it is back', async (context) => {
    const server = needRedis(context);
    const [app, other] = [openApp(server), openApp(server)];
    await app.take();
    await server.part.kill();
    for (let n = 0; n < perMinute; n++) await app.take();
    await expect(app.take()).rejects.toMatchObject(refused);
    // So that this one notices, too: a connection that is made again before a call is told by nobody.
    await other.take();
    expect(counts(app, 'Redis does not count function calls')).toBe(1);

    await server.part.start();
    await untilCountedAgain(app);
    await untilCountedAgain(other);
    await untilRefused(app);
    await expect(other.take()).rejects.toMatchObject(refused);
    expect(counts(app, 'Redis does not count function calls')).toBe(1);
  });

  test('a Redis that hangs holds up no call', async (context) => {
    const server = needRedis(context);
    const app = openApp(server, { answerMs: 500 });
    const pid = server.part.pid();
    if (pid === undefined) throw new Error('Redis does not run');
    process.kill(pid, 'SIGSTOP');
    try {
      await app.take();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect(counts(app, 'Redis does not count function calls')).toBe(1);
  });

  test('a wrong password is told once, without the password, and calls go on', async (context) => {
    const { port } = needRedis(context);
    const app = openApp({ port, password: 'not-the-password' });
    for (let n = 0; n < perMinute; n++) await app.take();
    await expect(app.take()).rejects.toMatchObject(refused);
    expect(app.lines).toHaveLength(1);
    expect(app.lines.join('')).toContain('invalid username-password');
    expect(app.lines.join('')).not.toContain('not-the-password');
  });
});

test('without any Redis where REDIS_HOST leads, one warning names it and the app counts its own calls', async () => {
  const lines: string[] = [];
  const port = await freePort();
  const config = loadConfig({ REDIS_HOST: '127.0.0.1', REDIS_PORT: String(port) }, rateLimitVariables);
  const limit = openRateLimit({ config, perMinute, logger: loggerTo(lines) });
  opened.push(limit);
  for (let n = 0; n < perMinute; n++) await limit.take();
  await expect(limit.take()).rejects.toMatchObject(refused);
  expect(lines).toHaveLength(1);
  expect(lines.join('')).toContain(`127.0.0.1:${port}`);
});
