import { z } from 'zod';
import {
  analyticsBasePath,
  analyticsErrorSchema,
  analyticsRoutes,
  type AnalyticsRoute,
} from '../../../shared/contracts/index.ts';
import { webhookPath, webhookSchema } from './alertmanager.ts';

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document, made from the schemas that the server parses with: neither can say what the other does not. */
export function makeOpenApi({ version }: { readonly version: string }): Json {
  const shared: Record<string, unknown> = {};
  const refer = (schema: z.ZodType): Json => toJsonSchema(schema, shared);
  const problem = (description: string): Json => ({
    description,
    content: { 'application/json': { schema: refer(analyticsErrorSchema) } },
  });
  const refusals = {
    400: problem('The question is not understood; every mistake is named.'),
    401: problem('The bearer token is missing or wrong.'),
    503: problem('The replica does not answer, or too many ask at once; `Retry-After` says when to ask again.'),
  };
  const paths = Object.fromEntries(
    Object.entries<AnalyticsRoute>(analyticsRoutes).map(([name, { path, summary, query, answer }]) => [
      path,
      {
        get: {
          operationId: name,
          summary,
          parameters: parametersOf(query, shared),
          responses: {
            200: {
              description: 'The figures.',
              headers: { ETag: { description: 'Of the figures, for `If-None-Match`.', schema: { type: 'string' } } },
              content: { 'application/json': { schema: refer(answer) } },
            },
            304: { description: 'The figures are those of `If-None-Match`.' },
            ...refusals,
          },
        },
      },
    ]),
  );
  const receiver = {
    post: {
      operationId: 'prometheusAlerts',
      summary: "Alertmanager's webhook: each alert is published on `alerts.spark.prometheus.<name>` in NATS.",
      security: [{ alertmanagerToken: [] }],
      requestBody: { required: true, content: { 'application/json': { schema: refer(webhookSchema) } } },
      responses: {
        204: { description: 'NATS has them all.' },
        ...refusals,
        403: problem('SPARK_ALERTMANAGER_TOKEN is not set at the API.'),
        503: problem('NATS is not configured or does not answer; Alertmanager sends again.'),
      },
    },
  };
  return {
    openapi: '3.1.1',
    info: {
      title: 'SPARK analytics',
      version,
      summary: 'Figures of the stored events, read from the replica.',
    },
    servers: [{ url: analyticsBasePath }],
    security: [{ token: [] }],
    paths: { ...paths, [webhookPath]: receiver },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'SLATE_ANALYTICS_TOKEN, which every app has.' },
        alertmanagerToken: { type: 'http', scheme: 'bearer', description: 'SPARK_ALERTMANAGER_TOKEN.' },
      },
      schemas: shared,
    },
  };
}

function parametersOf(query: z.ZodType, shared: Record<string, unknown>): Json[] {
  const { properties } = z
    .object({ properties: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(toJsonSchema(query, shared));
  const required = requiredOf(query);
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.has(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

/** A default makes a field optional to who asks, and always there to who reads it: only the schema itself knows. */
function requiredOf(query: z.ZodType): ReadonlySet<string> {
  const { error } = query.safeParse({});
  return new Set(error?.issues.filter(({ path }) => path.length === 1).map(({ path }) => String(path[0])));
}

/** What has an id is put among the shared schemas once and referred to. */
function toJsonSchema(schema: z.ZodType, shared: Record<string, unknown>): Json {
  const { $schema: _draft, $defs, ...made } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'output' });
  for (const [id, definition] of Object.entries($defs ?? {})) shared[id] = rewrite(definition);
  return rewrite(made) as Json;
}

/** References into `$defs` lead to the document's components; ids of zod's registry are names there. */
function rewrite(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewrite);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'id')
      .map(([key, inner]) =>
        key === '$ref' && typeof inner === 'string'
          ? [key, inner.replace('#/$defs/', '#/components/schemas/')]
          : [key, rewrite(inner)],
      ),
  );
}
