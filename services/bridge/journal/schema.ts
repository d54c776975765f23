/**
 * The journal's schema, one entry per version; `PRAGMA user_version` counts those applied. Entries are added, never
 * changed. `position` orders messages and calls of a session together; `seq` orders its events.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE sessions (
    session_id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    title_is_default INTEGER NOT NULL,
    status TEXT NOT NULL,
    project_name TEXT,
    simulated INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    next_seq INTEGER NOT NULL DEFAULT 1,
    next_position INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE blobs (
    sha256 TEXT PRIMARY KEY,
    encoding TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE TABLE messages (
    session_id TEXT NOT NULL REFERENCES sessions,
    message_id TEXT NOT NULL,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    status TEXT NOT NULL,
    error TEXT,
    position INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (session_id, message_id)
  ) STRICT;
  CREATE TABLE calls (
    session_id TEXT NOT NULL REFERENCES sessions,
    call_id TEXT NOT NULL,
    origin TEXT NOT NULL,
    name TEXT NOT NULL,
    effect TEXT NOT NULL,
    state TEXT NOT NULL,
    arguments_json TEXT NOT NULL,
    summary TEXT NOT NULL,
    approval BLOB,
    output TEXT,
    result TEXT,
    error TEXT,
    timing TEXT NOT NULL,
    change_id TEXT,
    frame_id TEXT,
    build_id TEXT,
    position INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT,
    PRIMARY KEY (session_id, call_id)
  ) STRICT;
  CREATE INDEX calls_open ON calls (state) WHERE state IN ('received', 'awaiting_approval', 'running', 'unsettled');
  CREATE TABLE changes (
    change_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions,
    call_id TEXT,
    path TEXT NOT NULL,
    kind TEXT NOT NULL,
    sha256_before TEXT,
    sha256_after TEXT,
    blob_before TEXT REFERENCES blobs (sha256),
    blob_after TEXT REFERENCES blobs (sha256),
    added_lines INTEGER NOT NULL,
    removed_lines INTEGER NOT NULL,
    compile_status TEXT NOT NULL,
    compile_errors TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX changes_of_session ON changes (session_id, created_at);
  CREATE TABLE frames (
    frame_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions,
    call_id TEXT,
    change_id TEXT,
    sha256 TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    capture_source TEXT NOT NULL,
    camera TEXT,
    blank INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX frames_of_session ON frames (session_id, created_at);
  CREATE TABLE builds (
    build_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions,
    call_id TEXT,
    project_name TEXT NOT NULL,
    target TEXT NOT NULL,
    development INTEGER NOT NULL,
    output_path TEXT,
    state TEXT NOT NULL,
    phase TEXT NOT NULL,
    started_at TEXT NOT NULL,
    elapsed_ms REAL NOT NULL,
    estimate_ms REAL,
    completed_at TEXT,
    size_bytes REAL,
    previous_size_bytes REAL,
    warnings INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    reason TEXT
  ) STRICT;
  CREATE INDEX builds_of_target ON builds (project_name, target, started_at);
  CREATE INDEX builds_of_session ON builds (session_id, started_at);
  CREATE TABLE policy_rules (
    rule_id TEXT PRIMARY KEY,
    project_name TEXT NOT NULL,
    effect TEXT NOT NULL,
    folder TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (project_name, effect, folder)
  ) STRICT;
  CREATE TABLE ledger (
    write_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    call_id TEXT,
    path TEXT NOT NULL,
    sha256_before TEXT,
    sha256_after TEXT NOT NULL,
    blob_before TEXT REFERENCES blobs (sha256),
    blob_after TEXT NOT NULL REFERENCES blobs (sha256),
    outcome TEXT,
    sha256_found TEXT,
    created_at TEXT NOT NULL,
    settled_at TEXT
  ) STRICT;
  CREATE INDEX ledger_open ON ledger (created_at) WHERE outcome IS NULL;
  CREATE INDEX ledger_of_call ON ledger (session_id, call_id);
  CREATE TABLE usage (
    session_id TEXT NOT NULL,
    response_id TEXT NOT NULL,
    model TEXT NOT NULL,
    usage TEXT NOT NULL,
    cost_micro_usd INTEGER,
    created_at TEXT NOT NULL,
    PRIMARY KEY (session_id, response_id)
  ) STRICT;
  CREATE INDEX usage_by_time ON usage (created_at);
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    session_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    subject TEXT NOT NULL,
    bytes BLOB NOT NULL,
    frame_sha256 TEXT,
    created_ms INTEGER NOT NULL,
    acknowledged_ms INTEGER,
    stream_seq INTEGER,
    UNIQUE (session_id, seq)
  ) STRICT;
  CREATE INDEX outbox_pending ON outbox (id) WHERE acknowledged_ms IS NULL;
  CREATE INDEX outbox_acknowledged ON outbox (acknowledged_ms) WHERE acknowledged_ms IS NOT NULL
  `,
  // Undo: what a change undoes, what it was in the scene, files kept before a deletion; a write may end with no file.
  `
  ALTER TABLE changes ADD COLUMN undoes_change_id TEXT;
  ALTER TABLE changes ADD COLUMN subject TEXT;
  ALTER TABLE changes ADD COLUMN scene_edit TEXT;
  ALTER TABLE changes ADD COLUMN kept_by TEXT;
  CREATE TABLE kept_files (
    write_id TEXT NOT NULL,
    path TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (write_id, path)
  ) STRICT;
  CREATE TABLE ledger_2 (
    write_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    call_id TEXT,
    path TEXT NOT NULL,
    sha256_before TEXT,
    sha256_after TEXT,
    blob_before TEXT REFERENCES blobs (sha256),
    blob_after TEXT REFERENCES blobs (sha256),
    outcome TEXT,
    sha256_found TEXT,
    created_at TEXT NOT NULL,
    settled_at TEXT
  ) STRICT;
  INSERT INTO ledger_2 SELECT write_id, session_id, call_id, path, sha256_before, sha256_after, blob_before, blob_after,
    outcome, sha256_found, created_at, settled_at FROM ledger;
  DROP TABLE ledger;
  ALTER TABLE ledger_2 RENAME TO ledger;
  CREATE INDEX ledger_open ON ledger (created_at) WHERE outcome IS NULL;
  CREATE INDEX ledger_of_call ON ledger (session_id, call_id)
  `,
  // Facts told to the model outside a call, so that a replay tells them too.
  `
  CREATE TABLE facts (
    session_id TEXT NOT NULL REFERENCES sessions,
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (session_id, position)
  ) STRICT
  `,
  // The project each session works in, beyond its name; how long the editor was in each state.
  `
  ALTER TABLE sessions ADD COLUMN project_hash TEXT;
  CREATE TABLE editor_states (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_hash TEXT,
    state TEXT NOT NULL,
    next TEXT NOT NULL,
    ms REAL NOT NULL,
    ended_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX editor_states_of_project ON editor_states (project_hash, state, id)
  `,
  // Unity's own id of a build, by which it is followed again after a restart.
  `
  ALTER TABLE builds ADD COLUMN job_id TEXT
  `,
  // Conversations: settings, images and speech in messages, forks, summaries, and who used which tokens for what.
  `
  CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    updated_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE message_images (
    session_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    sha256 TEXT NOT NULL REFERENCES blobs (sha256),
    mime_type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    PRIMARY KEY (session_id, message_id, ordinal),
    FOREIGN KEY (session_id, message_id) REFERENCES messages
  ) STRICT;
  ALTER TABLE messages ADD COLUMN spoken INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE sessions ADD COLUMN forked_from TEXT REFERENCES sessions;
  ALTER TABLE sessions ADD COLUMN forked_at INTEGER;
  CREATE TABLE summaries (
    session_id TEXT NOT NULL REFERENCES sessions,
    up_to_position INTEGER NOT NULL,
    text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (session_id, up_to_position)
  ) STRICT;
  ALTER TABLE usage ADD COLUMN provider TEXT NOT NULL DEFAULT 'openai';
  ALTER TABLE usage ADD COLUMN call_id TEXT;
  ALTER TABLE usage ADD COLUMN message_id TEXT;
  ALTER TABLE usage ADD COLUMN project_hash TEXT;
  CREATE INDEX usage_of_session ON usage (session_id, created_at)
  `,
  // What Unity told of earlier builds before one began: after a restart it must not pass for the end of that one.
  `
  ALTER TABLE builds ADD COLUMN known_before TEXT
  `,
  // What is meant before it is sent: changes of several files as one, and of the open scene.
  `
  CREATE TABLE write_sets (
    set_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    call_id TEXT,
    files TEXT NOT NULL,
    standing TEXT,
    created_at TEXT NOT NULL,
    settled_at TEXT
  ) STRICT;
  CREATE INDEX write_sets_open ON write_sets (created_at) WHERE settled_at IS NULL;
  CREATE INDEX write_sets_of_call ON write_sets (session_id, call_id);
  CREATE TABLE scene_writes (
    write_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    call_id TEXT,
    plan TEXT NOT NULL,
    components_before TEXT NOT NULL,
    outcome TEXT,
    verdict TEXT,
    created_at TEXT NOT NULL,
    settled_at TEXT
  ) STRICT;
  CREATE INDEX scene_writes_open ON scene_writes (created_at) WHERE outcome IS NULL;
  CREATE INDEX scene_writes_of_call ON scene_writes (session_id, call_id)
  `,
  // The project each change was made in, since a session may choose another one later.
  `
  ALTER TABLE changes ADD COLUMN project_name TEXT;
  ALTER TABLE changes ADD COLUMN project_hash TEXT;
  UPDATE changes SET (project_name, project_hash) =
    (SELECT project_name, project_hash FROM sessions WHERE sessions.session_id = changes.session_id)
  `,
  // What may be spent beyond a budget, by turn, session and UTC day; the cost of a project.
  `
  CREATE TABLE budget_extensions (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    micro_usd INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
  ) STRICT;
  CREATE INDEX usage_of_project ON usage (project_hash)
  `,
  // Which acknowledged events were seen in the database, and how many times one was sent again.
  `
  ALTER TABLE outbox ADD COLUMN stored_ms INTEGER;
  ALTER TABLE outbox ADD COLUMN resent INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX outbox_unseen ON outbox (id) WHERE acknowledged_ms IS NOT NULL AND stored_ms IS NULL
  `,
  // Where the console stood when each call began its work: a restart of SPARK must not untie what Unity still shows.
  `
  CREATE TABLE console_marks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    instance_id TEXT,
    mark TEXT NOT NULL,
    UNIQUE (session_id, call_id)
  ) STRICT;
  CREATE INDEX console_marks_of_editor ON console_marks (instance_id, id)
  `,
  // What can be found: the words of every title, message, call, change, error and asset.
  `
  CREATE TABLE search_entries (
    id INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL,
    place TEXT NOT NULL,
    ref TEXT NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    text TEXT,
    UNIQUE (session_id, place, ref, kind)
  ) STRICT;
  CREATE INDEX search_entries_at ON search_entries (at);
  CREATE TABLE search_built (version INTEGER PRIMARY KEY) STRICT;
  CREATE VIRTUAL TABLE search_text USING fts5(words, content='', contentless_delete=1)
  `,
  // The developer's own texts: rules of a project by version, prompts to be said again; how often writes were approved.
  `
  CREATE TABLE project_rules (
    project_name TEXT NOT NULL,
    project_hash TEXT,
    version INTEGER NOT NULL,
    text TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX project_rules_of_project ON project_rules (project_name, version);
  CREATE TABLE prompts (
    prompt_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    project_name TEXT,
    updated_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE approvals_in_a_row (
    project_name TEXT NOT NULL,
    effect TEXT NOT NULL,
    folder TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (project_name, effect, folder)
  ) STRICT
  `,
  // Events by day and type: what was acknowledged leaves the outbox, and is counted all the same. What a range of days reads.
  `
  CREATE TABLE event_days (
    session_id TEXT NOT NULL,
    day TEXT NOT NULL,
    type TEXT NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (session_id, day, type)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO event_days SELECT session_id, strftime('%Y-%m-%d', created_ms / 1000, 'unixepoch'),
    substr(subject, 7, length(subject) - length(session_id) - 7), count(*) FROM outbox GROUP BY 1, 2, 3;
  CREATE INDEX event_days_by_day ON event_days (day, type, events);
  CREATE INDEX calls_finished ON calls (finished_at, name, state, created_at, session_id) WHERE finished_at IS NOT NULL;
  CREATE INDEX builds_completed ON builds (completed_at) WHERE completed_at IS NOT NULL
  `,
  // How far the records of an earlier version were read for the search.
  `
  CREATE TABLE search_progress (place TEXT PRIMARY KEY, row INTEGER NOT NULL, last INTEGER NOT NULL) STRICT
  `,
  // Records of an earlier version that cannot be read for the search.
  `
  CREATE TABLE search_skipped (
    session_id TEXT NOT NULL,
    place TEXT NOT NULL,
    ref TEXT NOT NULL,
    PRIMARY KEY (session_id, place, ref)
  ) STRICT, WITHOUT ROWID
  `,
];
