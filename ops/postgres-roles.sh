#!/bin/sh
# Run by the postgres image when its volume is new. coffer_app holds the rights, which the migrations grant; coffer_service is
# who logs in with them.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$COFFER_DB_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE coffer_app NOLOGIN;
CREATE ROLE coffer_service LOGIN PASSWORD :'password' IN ROLE coffer_app;
SQL
