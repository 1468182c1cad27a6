-- Who may come in, as what.
CREATE TABLE account (
  organization_id TEXT NOT NULL REFERENCES organization (id),
  id TEXT NOT NULL,
  person_id TEXT,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  password_hash TEXT,                  -- argon2id; NULL: slips only
  disabled BOOLEAN NOT NULL,
  failures BIGINT NOT NULL,            -- wrong passwords since the last good one
  slowed_until BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, login)
);
CREATE UNIQUE INDEX account_person ON account (organization_id, person_id);
CREATE TABLE role_grant (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  role TEXT NOT NULL,
  unit_id TEXT,                        -- NULL: the whole organisation
  granted_by TEXT NOT NULL,
  granted_at BIGINT NOT NULL,
  revoked_at BIGINT,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id)
);
CREATE INDEX role_grant_account ON role_grant (organization_id, account_id);
CREATE INDEX role_grant_role ON role_grant (organization_id, role, unit_id);
CREATE TABLE session (
  organization_id TEXT NOT NULL,
  token_hash TEXT NOT NULL,            -- SHA-256 of the cookie; the cookie itself is nowhere
  account_id TEXT NOT NULL,
  csrf TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, token_hash),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id)
);
CREATE INDEX session_account ON session (organization_id, account_id);
CREATE TABLE slip (
  organization_id TEXT NOT NULL,
  code_hash TEXT NOT NULL,
  account_id TEXT NOT NULL,
  purpose TEXT NOT NULL CHECK (purpose IN ('sign_in', 'set_up', 'reset', 'confirm')),
  issued_by TEXT NOT NULL,
  issued_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (organization_id, code_hash)
);
CREATE INDEX slip_account ON slip (organization_id, account_id);
