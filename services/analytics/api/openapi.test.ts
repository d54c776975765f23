import { Ajv2020 } from 'ajv/dist/2020.js';
import { default as addFormats } from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { analyticsRoutes, type AnalyticsRoute } from '../../../shared/contracts/index.ts';
import { makeOpenApi } from './openapi.ts';

interface Parameter {
  readonly name: string;
  readonly required: boolean;
  readonly schema: object;
}
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly responses: Readonly<
    Record<string, { readonly content?: { readonly 'application/json': { readonly schema: object } } }>
  >;
}
const text = JSON.stringify(makeOpenApi({ version: '1.2.3' }));
const document = JSON.parse(text) as {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, { readonly get: Operation }>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};
const routes: readonly (readonly [string, AnalyticsRoute])[] = Object.entries(analyticsRoutes);

/** A schema of the document with what it refers to, as any client's generator reads it. */
function compile(schema: object) {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  return ajv.compile({ ...schema, components: document.components });
}

test('it is OpenAPI 3.1 and every reference leads to something', () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to ?? '');
  expect(references.length).toBeGreaterThan(20);
  for (const reference of references) {
    const name = /^#\/components\/schemas\/(\w+)$/.exec(reference)?.[1] ?? expect.fail(reference);
    expect(document.components.schemas[name], reference).toBeDefined();
  }
});

describe.each(routes)('%s', (name, { path, query }) => {
  const operation = document.paths[path]?.get ?? expect.fail(`${path} is not in the document`);

  test('is named and its schemas compile', () => {
    expect(operation.operationId).toBe(name);
    for (const { content } of Object.values(operation.responses)) {
      if (content !== undefined) expect(compile(content['application/json'].schema)).toBeTypeOf('function');
    }
  });

  test('what the document requires is what the server requires', () => {
    const required = operation.parameters.filter((parameter) => parameter.required).map((parameter) => parameter.name);
    const at = path.startsWith('/windows') ? 'T00:00:00Z' : '';
    const days = { first: '2026-11-01', from: `2026-11-02${at}`, to: '2026-11-03', before: `2026-11-03${at}` };
    const given = Object.fromEntries(Object.entries(days).filter(([day]) => required.includes(day)));
    expect(query.safeParse(given).success).toBe(true);
    for (const missing of required) {
      const { [missing]: _missing, ...rest } = Object.fromEntries(Object.entries(given));
      expect(query.safeParse(rest).success, missing).toBe(false);
    }
    const names = operation.parameters.map((parameter) => parameter.name);
    expect(query.safeParse({ ...given, [`not${names.join('')}`]: '1' }).success).toBe(false);
  });
});

test('limits are in the document as numbers that the server keeps to', () => {
  const limit = document.paths['/usage']?.get.parameters.find(({ name }) => name === 'limit');
  expect(limit).toMatchObject({
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: 1_000, default: 200 },
  });
});
