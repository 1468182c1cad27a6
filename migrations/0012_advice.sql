-- The version of the advice's rules that stood beside the text when it was decided; empty for older decisions.
ALTER TABLE review_decision ADD COLUMN advice_rules TEXT NOT NULL DEFAULT '';
-- The index of texts reads rounds in the order in which they were handed in.
CREATE INDEX pledge_version_time ON pledge_version (organization_id, submitted_at, pledge_id);
