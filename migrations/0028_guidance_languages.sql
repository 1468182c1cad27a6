-- The words a house offers with a return stand in both languages; a reader whose language has none gets those that ship.
ALTER TABLE review_guidance ADD COLUMN words_en TEXT;
