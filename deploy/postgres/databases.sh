#!/bin/sh
# A role and a database for each service, made when the data folder is new. A role can connect to its own database only.
set -eu

for service in numbering certificates export gateway; do
    password=$(printenv "$(echo "$service" | tr a-z A-Z)_DATABASE_PASSWORD")
    psql --username postgres --set ON_ERROR_STOP=1 --set role="register_$service" --set password="$password" <<'SQL'
CREATE ROLE :"role" LOGIN PASSWORD :'password';
CREATE DATABASE :"role" OWNER :"role" TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE :"role" FROM PUBLIC;
SQL
done
