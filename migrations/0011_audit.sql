-- One row an act, in the act's own transaction. The sequencer chains them: acts never fight over the end.
CREATE TABLE audit_entry (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  acted_at BIGINT NOT NULL,
  account_id TEXT,
  actor TEXT NOT NULL,                 -- name at the time; empty for the public
  role TEXT NOT NULL,
  act TEXT NOT NULL,
  object_kind TEXT NOT NULL,
  object_id TEXT NOT NULL,
  result TEXT NOT NULL CHECK (result IN ('done', 'refused')),
  detail TEXT NOT NULL,                -- canonical JSON
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX audit_entry_time ON audit_entry (organization_id, acted_at);
CREATE INDEX audit_entry_object ON audit_entry (organization_id, object_kind, object_id);
CREATE TABLE audit_chain (
  organization_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  entry_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (organization_id, position),
  UNIQUE (organization_id, entry_id)
);
CREATE TABLE audit_checkpoint (        -- leaves the machine: public page, printed sheets
  organization_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  hash TEXT NOT NULL,
  log_size BIGINT NOT NULL,
  log_root TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, position)
);
CREATE TABLE job (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  run_at BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  done_at BIGINT,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX job_due ON job (organization_id, done_at, run_at);
CREATE TABLE setting (                 -- small facts of the installation: cache generation, set-up done
  organization_id TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (organization_id, name)
);
CREATE TABLE replay (                  -- a repeated submit has one effect and the same answer
  organization_id TEXT NOT NULL,
  token TEXT NOT NULL,
  answer TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, token)
);
CREATE TABLE audit_pending (           -- entries the sequencer has not chained yet
  organization_id TEXT NOT NULL,
  entry_id TEXT NOT NULL,
  PRIMARY KEY (organization_id, entry_id)
);
