#!/bin/bash
# Run once by the image of PostgreSQL, when it makes its data folder: a database for Aspis, and a role that owns it and
# nothing else. The word is read by psql itself and stands on no command line.
set -eu
psql -v ON_ERROR_STOP=1 --no-psqlrc --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\set word `cat "${ASPIS_SECRETS_FOLDER:-/run/secrets}/postgres_aspis"`
CREATE ROLE aspis LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'word';
CREATE DATABASE aspis OWNER aspis TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
REVOKE ALL ON DATABASE aspis FROM PUBLIC;
SQL
