-- An order goes on to somebody else when who had to put it right has left or cannot (N18).
CREATE TABLE rectification_handover (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  old_owner_id TEXT NOT NULL,
  old_owner_name TEXT NOT NULL,
  new_owner_id TEXT NOT NULL,
  new_owner_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  handed_by TEXT NOT NULL,
  handed_name TEXT NOT NULL,
  handed_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX rectification_handover_order ON rectification_handover (organization_id, order_id, handed_at);
