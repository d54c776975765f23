import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { bundle } from './executable.ts';
import { readBundledPackages, type BundledPackage } from './packages.ts';
import { makeSbom } from './sbom.ts';

let folder = '';
let packages: readonly BundledPackage[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spark-sbom-'));
  packages = await readBundledPackages(await bundle('1.2.3', join(folder, 'consumer.cjs')));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const facts = () => ({
  program: { name: 'spark-nats-consumer', version: '1.2.3', purlType: 'deb' as const, sha256: '0'.repeat(64) },
  platform: { name: 'node', version: '24.0.0', purl: 'pkg:generic/node@24.0.0' },
  packages,
  builtAt: new Date(0),
});

it('is CycloneDX 1.6 by its own schema', async () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  expect(await validator.validate(makeSbom(facts()))).toBeNull();
  expect(await validator.validate(makeSbom(facts()).replace('"library"', '"nonsense"'))).not.toBeNull();
});

it('lists what is inside with version, licence and checksum, and nothing that is not', () => {
  const schema = z.object({
    components: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        purl: z.string(),
        hashes: z.array(z.object({ alg: z.string(), content: z.string().regex(/^[0-9a-f]{128}$/) })).optional(),
        licenses: z.array(z.unknown()).min(1),
      }),
    ),
  });
  const { components } = schema.parse(JSON.parse(makeSbom(facts())));
  const names = components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['node', 'pg', 'zod', '@nats-io/jetstream', 'node-pg-migrate']));
  for (const other of ['electron', 'react', 'vite', 'esbuild', 'typescript', 'fastify', 'ws'])
    expect(names).not.toContain(other);
  expect(components.find(({ name }) => name === 'pg')).toMatchObject({
    version: manifest.dependencies.pg,
    purl: `pkg:npm/pg@${manifest.dependencies.pg}`,
  });
  expect(components.find(({ name }) => name === '@nats-io/jetstream')?.purl).toMatch(
    /^pkg:npm\/%40nats-io\/jetstream@/,
  );
});

it('every package that is inside has the text of its licence', () => {
  const silent = packages.filter(({ notices }) => notices.length === 0).map(({ name }) => name);
  expect(silent).toEqual([]);
});
