-- PostgreSQL has no table that is kept in the order of its key; every reading of these rows is put in the order of
-- their random ids instead (PRODUCT.md 3.7). SQLite's twin keeps them so on disk too.
SELECT 1;
