import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { projectEvents } from '../database/projections.ts';
import { envelopeSchema, eventSchemas, eventTypes, maxEventBytes, type EventType } from '../shared/contracts/index.ts';

/** `docs/events.md`: every event type with its subject, its table and its fields, made from the schemas. */
export const eventsDocFile = fileURLToPath(new URL('../docs/events.md', import.meta.url));

/** What a schema cannot say. */
const notes: Partial<Record<EventType, string>> = {
  session:
    '`started` and `renamed` are sent as they happen. `ended` is sent when a session is archived or deleted: a session outlives the program, so closing SPARK ends none. An archived session that is brought back, or written in, sends `started` again.',
  function_call:
    'One event per state of a call. The last one has `resultSummary`, `durationMs` and, unless it succeeded, the error.',
  'preview.unity.frame':
    'The bytes are in the object store `SPARK_FRAMES` under `sha256`, uploaded before the event is published. They may be missing: the store was full, or their time is over. The window then says *not kept*.',
  'runtime.unity.patch_applied': 'A further revision of a script. Undo and deletion are told with this type too.',
};

export async function makeEventsDoc(): Promise<string> {
  const text = [
    '# Events',
    '',
    'Made from `shared/contracts/events.ts` by `npm run docs:events`; do not edit.',
    '',
    `Every fact of SPARK is one flat JSON object of at most ${maxEventBytes / 1024} KiB on the JetStream stream \`SPARK\`, subject \`spark.{type}.{sessionId}\`, NATS message id \`eventId\` (\`<eventId>.<n>\` when the stream had lost it and it is sent again, docs/adr/0013). Each becomes a row of \`spark_events\`; the table named below gets a row besides. Fields that are not listed are allowed and kept in \`spark_events.payload\`.`,
    '',
    '## Fields of every event',
    '',
    ...fieldTable(fieldsOf(envelopeSchema)),
    '',
    '## Types',
    '',
    '| type | table |',
    '|---|---|',
    ...eventTypes.map((type) => `| [\`${type}\`](#${type.replaceAll('.', '')}) | ${tableWords(type)} |`),
    ...eventTypes.flatMap(sectionOf),
  ].join('\n');
  return await format(text, { ...(await resolveConfig(eventsDocFile)), parser: 'markdown' });
}

function sectionOf(type: EventType): string[] {
  const own = fieldsOf(eventSchemas[type]).filter((field) => !isOfEnvelope(field));
  const note = notes[type];
  return [
    '',
    `### ${type}`,
    '',
    `Subject \`spark.${type}.{sessionId}\` · table ${tableWords(type)}`,
    ...(note === undefined ? [] : ['', note]),
    '',
    ...fieldTable(own),
  ];
}

interface Field {
  readonly name: string;
  readonly isRequired: boolean;
  readonly words: string;
}

const nodeSchema = z.looseObject({
  type: z.string().default('any'),
  format: z.string().optional(),
  pattern: z.string().optional(),
  const: z.string().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maxLength: z.number().optional(),
  required: z.array(z.string()).default([]),
  get properties() {
    return z.record(z.string(), nodeSchema).default({});
  },
});
type Node = z.output<typeof nodeSchema>;

const nodeOf = (schema: z.ZodType): Node => nodeSchema.parse(z.toJSONSchema(schema));

function fieldsOf(schema: z.ZodType): Field[] {
  const { properties, required } = nodeOf(schema);
  return Object.entries(properties).map(([name, node]) => ({
    name,
    isRequired: required.includes(name),
    words: wordsOf(node),
  }));
}

/** `type` says nothing new, and `callId` only where it must be there. */
function isOfEnvelope(field: Field): boolean {
  if (field.name === 'type') return true;
  return fieldsOf(envelopeSchema).some(
    ({ name, isRequired }) => name === field.name && isRequired === field.isRequired,
  );
}

const fieldTable = (fields: readonly Field[]): string[] => [
  '| field | | value |',
  '|---|---|---|',
  ...fields.map(
    ({ name, isRequired, words }) => `| \`${name}\` | ${isRequired ? 'required' : 'optional'} | ${words} |`,
  ),
];

function wordsOf(node: Node): string {
  if (node.enum !== undefined) return node.enum.map((value) => `\`${value}\``).join(', ');
  switch (node.type) {
    case 'string':
      if (node.format === 'uuid') return 'UUID';
      if (node.format === 'date-time') return 'ISO 8601, milliseconds, UTC';
      if (node.pattern === sha256Pattern) return 'SHA-256, 64 lower-case hex digits';
      return node.maxLength === undefined ? 'text' : `text, at most ${node.maxLength} characters`;
    case 'integer':
    case 'number': {
      const kind = node.type === 'integer' ? 'whole number' : 'number';
      if (node.exclusiveMinimum !== undefined) return `${kind} above ${node.exclusiveMinimum}`;
      // Below the whole numbers that JSON can carry there is no limit to tell.
      return node.minimum === undefined || node.minimum < -(2 ** 52) ? kind : `${kind}, at least ${node.minimum}`;
    }
    case 'object': {
      const names = Object.keys(node.properties);
      return names.length === 0
        ? 'object of texts, numbers and booleans'
        : `object: ${names.map((name) => `\`${name}\``).join(', ')}`;
    }
    default:
      return node.type;
  }
}

const sha256Pattern = '^[0-9a-f]{64}$';

/** The table that a projection of such an event writes to, asked with an event of required fields only. */
export function tableOf(type: EventType): string | null {
  const event = eventSchemas[type].parse(sampleOf(nodeOf(eventSchemas[type])));
  const rows = Object.entries(projectEvents([{ event, recordedAt: null }]));
  return rows.find(([, made]) => made.length > 0)?.[0] ?? null;
}

const tableWords = (type: EventType): string => {
  const table = tableOf(type);
  return table === null ? '–' : `\`${table}\``;
};

function sampleOf(node: Node): unknown {
  if (node.const !== undefined) return node.const;
  if (node.enum !== undefined) return node.enum[0];
  switch (node.type) {
    case 'string':
      if (node.format === 'uuid') return '01a20000-0000-7000-8000-000000000001';
      if (node.format === 'date-time') return '2026-01-01T00:00:00.000Z';
      return node.pattern === sha256Pattern ? '0'.repeat(64) : 'x';
    case 'boolean':
      return false;
    case 'object':
      return Object.fromEntries(
        node.required.map((name) => [name, sampleOf(node.properties[name] ?? nodeSchema.parse({}))]),
      );
    default:
      return 1;
  }
}
