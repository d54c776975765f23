import type { ClusterFacts, RoleFacts } from '../queries/roleFacts.ts';
import { ownerRole, publicationName, publishedTables, roleSpecs } from './grants.ts';
import { toScramVerifier } from './scram.ts';

export type RoleName = (typeof roleSpecs)[number]['name'];
export type Passwords = Partial<Readonly<Record<RoleName, string>>>;

export interface PlannedStatement {
  readonly text: string;
  /** The same without a password, for people. */
  readonly shown: string;
}

export interface RolesPlan {
  readonly statements: readonly PlannedStatement[];
  /** Why the one who asks cannot carry it out, in words. */
  readonly refusal: string | undefined;
  /** What this command cannot do or was not given, in words. Empty when the change stream could start now. */
  readonly missing: readonly string[];
  /** Nothing is wrong with it, but an admin should know. */
  readonly notes: readonly string[];
}

/** Everything that an admin's run has to do; each statement may be repeated. Nothing that exists is taken away. */
export function planRoles(given: {
  readonly cluster: ClusterFacts;
  readonly roles: readonly RoleFacts[];
  readonly passwords: Passwords;
}): RolesPlan {
  const { cluster, roles, passwords } = given;
  const known = new Map(roles.map((role) => [role.name, role]));
  const statements = [
    ...roleSpecs.map((spec) => loginStatement(spec, known.get(spec.name), passwords[spec.name])),
    ...roleSpecs.map(({ name }) => plain(`GRANT CONNECT ON DATABASE ${quoted(cluster.database)} TO ${name}`)),
    ...roleSpecs.map(({ name }) => plain(`GRANT USAGE ON SCHEMA public TO ${name}`)),
    plain(`GRANT CREATE ON SCHEMA public TO ${ownerRole}`),
    ...(cluster.migrated ? [...grantStatements(), ...publicationStatements(cluster)] : []),
  ];
  const refusal = cluster.mayMakeRoles
    ? undefined
    : `${cluster.user} may not make roles. Nothing was changed; run this as an admin: set SLATE_DB_USER and SLATE_DB_PASSWORD.`;
  return { statements, refusal, missing: missingOf(given, known), notes: notesOf(given, known) };
}

const plain = (text: string): PlannedStatement => ({ text, shown: text });
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Existing roles keep what they have: another program may use them too. */
function loginStatement(
  spec: (typeof roleSpecs)[number],
  known: RoleFacts | undefined,
  password: string | undefined,
): PlannedStatement {
  const verb = known === undefined ? 'CREATE' : 'ALTER';
  const login = password === undefined && known?.login !== true ? 'NOLOGIN' : 'LOGIN';
  const replication = 'replication' in spec ? ' REPLICATION' : '';
  const text = `${verb} ROLE ${spec.name} ${login}${replication}`;
  if (password === undefined) return plain(text);
  return { text: `${text} PASSWORD '${toScramVerifier(password)}'`, shown: `${text} PASSWORD '********'` };
}

const grantStatements = (): PlannedStatement[] =>
  roleSpecs.flatMap(({ name, grants }) =>
    grants.map(({ privileges, on }) => {
      const what = [...new Set<string>(on)].map((object) => object.replace(/^FUNCTION /, '')).join(', ');
      return plain(`GRANT ${privileges} ON ${privileges === 'EXECUTE' ? 'FUNCTION ' : ''}${what} TO ${name}`);
    }),
  );

function publicationStatements({ publicationTables, viaRoot }: ClusterFacts): PlannedStatement[] {
  const tables = publishedTables.join(', ');
  // Only what differs: SET TABLE locks every table for a moment.
  if (viaRoot === null) {
    return [
      plain(`CREATE PUBLICATION ${publicationName} FOR TABLE ${tables} WITH (publish_via_partition_root = true)`),
    ];
  }
  return [
    ...(viaRoot ? [] : [plain(`ALTER PUBLICATION ${publicationName} SET (publish_via_partition_root = true)`)]),
    ...(publicationTables?.join() === publishedTables.toSorted().join()
      ? []
      : [plain(`ALTER PUBLICATION ${publicationName} SET TABLE ${tables}`)]),
  ];
}

function missingOf(
  { cluster, passwords }: Parameters<typeof planRoles>[0],
  known: ReadonlyMap<string, RoleFacts>,
): string[] {
  const when = (is: boolean, text: string): string[] => (is ? [text] : []);
  return [
    ...roleSpecs.flatMap(({ name, password }) =>
      when(
        passwords[name] === undefined && known.get(name)?.login !== true,
        `${name} cannot log in: set ${password} and run this again.`,
      ),
    ),
    ...when(
      !cluster.migrated,
      `The schema is not there yet: run "spark-db migrate" as ${ownerRole}, then this again for grants and the change stream.`,
    ),
    ...when(
      cluster.walLevel !== 'logical',
      `wal_level is ${cluster.walLevel}: the change stream needs "ALTER SYSTEM SET wal_level = logical" and a restart.`,
    ),
    ...when(
      cluster.freeSlots < 1,
      'No replication slot is free: raise max_replication_slots, or drop a slot that nobody reads (pg_replication_slots).',
    ),
    ...when(cluster.walSenders < 2, 'max_wal_senders is below 2: a replica and the change stream need one each.'),
  ];
}

function notesOf({ cluster }: Parameters<typeof planRoles>[0], known: ReadonlyMap<string, RoleFacts>): string[] {
  const foreign = cluster.owners.filter((owner) => owner !== ownerRole);
  return [
    ...[...known.values()].flatMap(({ name, excess }) =>
      excess.length === 0 ? [] : [`${name} has ${excess.join(', ')}, which SPARK does not need.`],
    ),
    ...(foreign.length === 0 ? [] : [`SPARK's tables belong to ${foreign.join(', ')}: keep running migrations as it.`]),
    ...(cluster.publicMayCreate
      ? [
          'Every role may create objects in schema public. When nothing else relies on it: REVOKE CREATE ON SCHEMA public FROM PUBLIC.',
        ]
      : []),
  ];
}
