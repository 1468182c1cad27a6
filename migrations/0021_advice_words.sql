-- What an organisation changes in the word lists of the advice (N6, N8). Every change is an edition of its own, so that
-- the version that stands with a decision can be read again; the newest holds.
CREATE TABLE advice_words (
  organization_id TEXT NOT NULL,
  edition BIGINT NOT NULL,
  rules_version TEXT NOT NULL,         -- as it stands with decisions: pledge decision, column advice_rules
  list TEXT NOT NULL,                  -- the list that was changed
  words TEXT NOT NULL,                 -- all changes that hold from here on, as JSON
  made_by TEXT NOT NULL,
  made_name TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, edition)
);
