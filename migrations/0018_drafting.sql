-- Who of the branch writes its form together with the secretary, who alone hands it in (N10).
CREATE TABLE pledge_coauthor (
  organization_id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  named_by TEXT NOT NULL,
  named_at BIGINT NOT NULL,
  ended_at BIGINT,                     -- no longer writes along; the row stays
  PRIMARY KEY (organization_id, pledge_id, person_id)
);
CREATE INDEX pledge_coauthor_person ON pledge_coauthor (organization_id, person_id);
-- What somebody promised in earlier campaigns lies beside the form.
CREATE INDEX pledge_pledger ON pledge (organization_id, pledger_id);
-- That those who had not filed were reminded in a group of colleagues: once a day at most, which the key holds to.
CREATE TABLE reminder (
  organization_id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,               -- the branch; empty = the whole house
  told_on TEXT NOT NULL,
  people BIGINT NOT NULL,              -- how many had not filed
  told_by TEXT NOT NULL,
  told_name TEXT NOT NULL,
  told_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, campaign_id, unit_id, told_on)
);
