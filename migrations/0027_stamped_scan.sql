-- Scans of forms that were printed, stamped by hand and signed on paper: a proof of a decision beside its seal, never
-- the decision. The one attached last holds; those before it stay.
CREATE TABLE stamped_scan (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  decision_id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  file_id TEXT NOT NULL,               -- row in file, of subject_kind stamped
  sha256 TEXT NOT NULL,
  media_type TEXT NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg', 'application/pdf')),
  attached_by TEXT NOT NULL,
  attached_name TEXT NOT NULL,
  attached_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX stamped_scan_pledge ON stamped_scan (organization_id, pledge_id, attached_at);
