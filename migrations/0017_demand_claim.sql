-- Who has taken up a demand from the commitment menu, until a confirmed item answers it (N7).
CREATE TABLE demand_claim (
  organization_id TEXT NOT NULL,
  demand_id TEXT NOT NULL,
  pledger_id TEXT NOT NULL,            -- unit or person, as in pledge
  pledger TEXT NOT NULL CHECK (pledger IN ('branch', 'person')),
  campaign_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  claimed_by TEXT NOT NULL,
  claimed_at BIGINT NOT NULL,
  released_at BIGINT,                  -- given back; the row stays
  PRIMARY KEY (organization_id, demand_id, pledger_id)
);
CREATE INDEX demand_claim_list ON demand_claim (organization_id, campaign_id, demand_id);
