-- The order in which an organisation names its leaders is its own, not that of the alphabet: 1 stands first, 0 is no
-- place given. What sorts people, name_sort, begins with it where a leading cadre has one.
ALTER TABLE person ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
