-- Every confirming decision is bound to the very text, to the proof of who decided, and signed.
CREATE TABLE signing_key (             -- public halves: they stay for ever, so that old signatures can be checked
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,                    -- first 16 digits of the SHA-256 of the public key
  algorithm TEXT NOT NULL CHECK (algorithm IN ('sm2', 'ed25519')),
  public_key TEXT NOT NULL,            -- PEM; the private half is a file beside the database, never in it
  made_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE TABLE decision_seal (
  organization_id TEXT NOT NULL,
  decision_id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  round BIGINT NOT NULL,
  check_code TEXT NOT NULL,            -- of the statement: stands beside the decision on the printed form
  content_code TEXT NOT NULL,          -- of the text that was decided: stands at the foot of the form
  statement TEXT NOT NULL,             -- canonical JSON: whose decision, when, how he proved himself, both hashes
  sm2_key TEXT NOT NULL,
  sm2_signature TEXT NOT NULL,         -- DER in hexadecimal, over the bytes of the statement
  ed25519_key TEXT NOT NULL,
  ed25519_signature TEXT NOT NULL,
  sealed_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, decision_id)
);
CREATE INDEX decision_seal_code ON decision_seal (organization_id, check_code);
CREATE INDEX decision_seal_content ON decision_seal (organization_id, content_code);
CREATE INDEX decision_seal_pledge ON decision_seal (organization_id, pledge_id, round);
ALTER TABLE review_decision ADD COLUMN seal_code TEXT NOT NULL DEFAULT '';
-- When somebody last proved in this session who he is, and by what.
ALTER TABLE session ADD COLUMN proven_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN proven_by TEXT NOT NULL DEFAULT '';
