-- A signature drawn beside the typed name, for the round it was handed in with. Nobody sees it who does not see the
-- form; nothing public is made from it. The frozen text of the round holds its SHA-256.
CREATE TABLE pledge_signature (
  organization_id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  round BIGINT NOT NULL,
  strokes TEXT NOT NULL,               -- [[[x,y],...],...] in units of the pad, 900 by 300
  drawn_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, pledge_id, round)
);
