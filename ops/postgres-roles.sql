-- Run by the postgres image when its volume is new. coffer_app holds the rights, which the migrations grant; coffer_service is
-- who logs in with them.
\set ON_ERROR_STOP on
\getenv password COFFER_DB_PASSWORD
CREATE ROLE coffer_app NOLOGIN;
CREATE ROLE coffer_service LOGIN PASSWORD :'password' IN ROLE coffer_app;
