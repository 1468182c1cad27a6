-- Why a unit ended, and the unit under which its people and matters go on.
ALTER TABLE unit ADD COLUMN closed_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE unit ADD COLUMN successor_id TEXT;
