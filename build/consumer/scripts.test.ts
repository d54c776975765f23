import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { toolEnvironment } from '../../services/sandbox/stack/environment.ts';
import { maintainerScript, scriptsDir } from './maintainerScripts.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spark-scripts-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('every script is one that a plain shell reads', async () => {
  for (const name of await readdir(scriptsDir)) {
    const { status, stderr } = spawnSync('sh', ['-n', join(scriptsDir, name)], { encoding: 'utf8' });
    expect({ name, status, stderr }).toEqual({ name, status: 0, stderr: '' });
  }
});

it('a script is filled with the version and the migrations of the sources', async () => {
  const text = await maintainerScript('preinst', '1.2.3');
  expect(text).toContain('dpkg --compare-versions "$installed" gt \'1.2.3\'');
  expect(text).toContain(' 001_sessions_and_events 002_work ');
  expect(text).not.toContain('@');
});

describe('a package that is older than the installed one', () => {
  /** Runs the package's preinst of version 1.0.0 over an installed `version` whose spark-db says `status`. */
  async function preinst(
    context: TestContext,
    given: {
      readonly version: string;
      readonly status: string;
      readonly code: number;
      readonly force?: boolean;
      /** As install.sh of the archive runs it, where there is no dpkg. */
      readonly withoutDpkg?: boolean;
    },
  ) {
    const script = join(folder, 'preinst');
    await writeFile(script, await maintainerScript('preinst', '1.0.0'));
    const tool = join(folder, 'spark-db');
    await writeFile(tool, `#!/bin/sh\ncat <<'END'\n${given.status}\nEND\nexit ${given.code}\n`);
    await chmod(tool, 0o755);
    if (given.withoutDpkg !== true && spawnSync('dpkg', ['--version']).error !== undefined) {
      const skipReason = 'dpkg is not here';
      Object.assign(context.task.meta, { skipReason });
      context.skip(skipReason);
    }
    const usual = toolEnvironment()['PATH'] ?? '';
    const done = spawnSync('/bin/sh', [script, 'upgrade', given.version, '1.0.0'], {
      encoding: 'utf8',
      env: {
        ...toolEnvironment(),
        PATH: `${folder}${delimiter}${given.withoutDpkg === true ? await fewTools(usual) : usual}`,
        ...(given.force === true ? { SPARK_FORCE_DOWNGRADE: '1' } : {}),
      },
    });
    return { code: done.status, said: done.stderr };
  }
  /** A folder with what the script needs of a system, and no dpkg. */
  async function fewTools(path: string): Promise<string> {
    const few = await mkdtemp(join(folder, 'tools-'));
    for (const name of ['cat', 'grep', 'sed', 'sort', 'tail']) {
      const found = path.split(delimiter).find((each) => existsSync(join(each, name)));
      if (found === undefined) throw new Error(`There is no ${name} on this machine.`);
      await symlink(join(found, name), join(few, name));
    }
    return few;
  }
  const same = 'applied  001_sessions_and_events\napplied  002_work';
  const newer = `${same}\nunknown  999_newer (the database is newer than this program)`;

  it('is taken while the database has nothing that it does not know', async (context) => {
    expect(await preinst(context, { version: '2.0.0', status: same, code: 0 })).toEqual({ code: 0, said: '' });
  });

  it('is refused when the schema is newer, with the name of what it does not know', async (context) => {
    for (const status of [newer, `${same}\napplied  010_of_that_version`]) {
      const { code, said } = await preinst(context, { version: '2.0.0', status, code: 1 });
      expect(code).toBe(1);
      expect(said).toMatch(/does not know: (999_newer|010_of_that_version)\n/);
      expect(said).toContain('Nothing was changed');
    }
  });

  it('is refused by the archive just so, which knows versions without dpkg', async (context) => {
    const ask = (version: string) => preinst(context, { version, status: newer, code: 1, withoutDpkg: true });
    for (const version of ['2.0.0', '1.10.0', '1.0.1']) {
      const { code, said } = await ask(version);
      expect({ version, code }).toEqual({ version, code: 1 });
      expect(said).toContain('does not know: 999_newer');
    }
    for (const version of ['1.0.0', '0.99.9']) expect(await ask(version)).toEqual({ code: 0, said: '' });
  });

  it('is refused when the database cannot be asked, and taken when there is none yet', async (context) => {
    const away = await preinst(context, { version: '2.0.0', status: 'connect ECONNREFUSED', code: 1 });
    expect(away).toMatchObject({ code: 1, said: expect.stringContaining('connect ECONNREFUSED') });
    const unset = await preinst(context, { version: '2.0.0', status: 'SLATE_DB_HOST: is not set', code: 78 });
    expect(unset.code).toBe(0);
  });

  it('is taken all the same when somebody insists; a newer one is not asked about at all', async (context) => {
    expect((await preinst(context, { version: '2.0.0', status: newer, code: 1, force: true })).code).toBe(0);
    expect((await preinst(context, { version: '0.9.0', status: newer, code: 1 })).code).toBe(0);
  });
});
