-- Pictures of units' seals. They stand on printed forms beside the decisions of the units' holders; what counts is the
-- check code of the decision. A picture that was replaced stays, for the decisions made while it held.
CREATE TABLE seal_image (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  name TEXT NOT NULL,                  -- of the seal, as the security administrator calls it
  file_id TEXT NOT NULL,               -- row in file, of subject_kind seal: opened by nobody else
  sha256 TEXT NOT NULL,
  media_type TEXT NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg')),
  valid_from BIGINT NOT NULL,          -- when it was kept: no decision made before bears it
  valid_until BIGINT,                  -- when it was replaced or withdrawn: no decision made from then on bears it
  added_by TEXT NOT NULL,
  added_name TEXT NOT NULL,
  ended_name TEXT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX seal_image_unit ON seal_image (organization_id, unit_id, valid_from);
-- Of the pictures of a unit one holds at a time, also when two are kept in the same moment.
CREATE UNIQUE INDEX seal_image_in_force ON seal_image (organization_id, unit_id) WHERE valid_until IS NULL;
