-- A finding of a spot check stands when a second inspector says so too; before its due date an item can be found in
-- order so far. The table is written anew because what a CHECK allows cannot be widened in both databases.
CREATE TABLE inspection_record_new (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  inspection_id TEXT NOT NULL,
  item_id TEXT,
  pledge_id TEXT,
  finding TEXT NOT NULL CHECK (finding IN ('in_order', 'fulfilled', 'partly_fulfilled', 'not_fulfilled')),
  words TEXT NOT NULL,
  file_id TEXT,
  recorded_by TEXT NOT NULL,
  recorded_name TEXT NOT NULL,         -- those who found it: who recorded and who agreed, nobody else
  recorded_on TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  standing TEXT NOT NULL CHECK (standing IN ('awaits', 'agreed', 'disputed')),
  PRIMARY KEY (organization_id, id)
);
INSERT INTO inspection_record_new (organization_id, id, inspection_id, item_id, pledge_id, finding, words, file_id,
  recorded_by, recorded_name, recorded_on, recorded_at, standing)
SELECT organization_id, id, inspection_id, item_id, pledge_id, finding, words, file_id,
  recorded_by, recorded_name, recorded_on, recorded_at, 'agreed' FROM inspection_record;
DROP TABLE inspection_record;
ALTER TABLE inspection_record_new RENAME TO inspection_record;
CREATE INDEX inspection_record_list ON inspection_record (organization_id, inspection_id);
CREATE INDEX inspection_record_item ON inspection_record (organization_id, item_id, recorded_at);
CREATE TABLE inspection_word (         -- what a second inspector says of a record: he agrees, or not
  organization_id TEXT NOT NULL,
  record_id TEXT NOT NULL,
  said_by TEXT NOT NULL,
  inspection_id TEXT NOT NULL,
  said_name TEXT NOT NULL,
  agrees BOOLEAN NOT NULL,
  words TEXT NOT NULL,
  said_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, record_id, said_by)
);
CREATE INDEX inspection_word_list ON inspection_word (organization_id, inspection_id, said_at);
