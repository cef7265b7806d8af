#!/bin/sh
# Starts RabbitMQ with one user for each service. Their rights are in definitions.json, their passwords come from
# the environment and are in no file of the project; a changed password counts from the next start on.
set -eu

definitions=${DEFINITIONS:-/tmp/definitions.json}
umask 077
cp "$(dirname "$0")/definitions.json" "$definitions"
for service in NUMBERING CERTIFICATES SEARCH EXPORT GATEWAY OPERATOR JOBS; do
    password=$(printenv "${service}_BROKER_PASSWORD" || true)
    case "$password" in
        "" | *[!A-Za-z0-9]*)
            echo "${service}_BROKER_PASSWORD must be set, of letters and digits only" >&2
            exit 1
            ;;
    esac
    sed -i "s/@${service}_BROKER_PASSWORD@/$password/" "$definitions"
    # The broker itself has no use for it any more.
    unset "${service}_BROKER_PASSWORD"
done
export RABBITMQ_CONFIG_FILE="${RABBITMQ_CONFIG_FILE:-$(dirname "$0")/rabbitmq.conf}"
exec ${RABBITMQ_SERVER:-docker-entrypoint.sh rabbitmq-server}
