-- The words a house offers with a reason for returning a pledge, where it has changed those that ship (N11).
CREATE TABLE review_guidance (
  organization_id TEXT NOT NULL,
  reason TEXT NOT NULL,                -- key of the template's reason
  words TEXT,                          -- NULL = those that ship again; the row stays for its revision
  revision BIGINT NOT NULL,
  changed_by TEXT NOT NULL,
  changed_name TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, reason)
);
