-- The template of a campaign is tens of thousands of characters long, and nearly every act asks for the campaign. Its
-- mark tells whether the text is the one already read; one that is empty (a campaign older than this) tells nothing.
ALTER TABLE campaign ADD COLUMN template_mark TEXT NOT NULL DEFAULT '';
