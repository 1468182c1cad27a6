-- Who there is: the organisation, its units in a tree, its people and where they belong.
CREATE TABLE organization (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  short_name TEXT NOT NULL,
  settings TEXT NOT NULL,              -- JSON: footer slots, quick links, phone and hours of the office, masking of names
  created_at BIGINT NOT NULL
);
CREATE TABLE unit (
  organization_id TEXT NOT NULL REFERENCES organization (id),
  id TEXT NOT NULL,
  parent_id TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('party_committee', 'general_branch', 'party_branch', 'functional_department', 'clinical_department')),
  name TEXT NOT NULL,
  covers TEXT NOT NULL,                -- departments a branch covers, as people write them
  phone TEXT NOT NULL,
  position BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  closed_at BIGINT,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, kind, name)
);
CREATE TABLE person (
  organization_id TEXT NOT NULL REFERENCES organization (id),
  id TEXT NOT NULL,
  roster_key TEXT NOT NULL,            -- what makes the second import of one file change nothing
  name TEXT NOT NULL,
  name_sort TEXT NOT NULL,             -- pinyin; the database does no Chinese collation
  class TEXT NOT NULL CHECK (class IN ('full_member', 'probationary_member', 'applicant_activist', 'non_party_cadre')),
  leading_cadre BOOLEAN NOT NULL,
  title TEXT NOT NULL,                 -- party or leading post, e.g. secretary of the committee; may be shown in public
  post TEXT NOT NULL,                  -- unit and post as the form asks
  sex TEXT NOT NULL,
  ethnicity TEXT NOT NULL,
  education TEXT NOT NULL,
  birth_month TEXT NOT NULL,           -- YYYY-MM or empty
  joined_month TEXT NOT NULL,
  phone TEXT NOT NULL,
  unit_id TEXT NOT NULL,               -- branch today; membership keeps the history
  active BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, roster_key),
  FOREIGN KEY (organization_id, unit_id) REFERENCES unit (organization_id, id)
);
CREATE INDEX person_unit ON person (organization_id, unit_id, name_sort);
CREATE TABLE membership (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  from_on TEXT NOT NULL,
  until_on TEXT,
  reason TEXT NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, person_id) REFERENCES person (organization_id, id)
);
CREATE INDEX membership_person ON membership (organization_id, person_id, from_on);
