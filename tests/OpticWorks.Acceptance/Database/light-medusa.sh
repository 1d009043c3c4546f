# In Medusa's place, for tests of what is around it: takes the migrations of a release's folder (migrations/MODULE/NAME.sql, links/TABLE.sql,
# scripts/NAME.sql) to the database with psql, in Medusa's transactions and words. LIES=1: every failure ends with 0, as in Medusa 2.11.3.
say() { printf '{"level":"%s","message":"%s","timestamp":"2026-11-26 14:12:03"}\n' "$1" "$2"; }
sql() { psql -X -q -v ON_ERROR_STOP=1 -At "$@"; }

# psql names itself unless it is told; node-postgres does not.
export PGAPPNAME=${PGOPTIONS##*application_name=}

code=0
fail() { say error "Failed with error $(printf '%s' "$1" | tr '"\n' "' ")"; code=1; }

# Nobody may be at work beside it: the second would not get this lock.
alone='do $$ begin if not pg_try_advisory_xact_lock(424242) then raise exception $x$another one is at work$x$; end if; end $$;'
exec 3>&1

migrate() {
  done=$(sql -c 'set client_min_messages = error; create table if not exists mikro_orm_migrations (id serial primary key, name varchar(255), executed_at timestamptz default current_timestamp)' \
    -c 'select name from mikro_orm_migrations') || { fail "no database"; return; }
  for module in migrations/*/; do
    module=$(basename "$module"); say info "MODULE: $module"
    batch="begin; $alone"; names=()
    for file in "migrations/$module"/*.sql; do
      name=$(basename "$file" .sql)
      case $name in *.down) continue;; esac
      case $'\n'$done$'\n' in *$'\n'"$name"$'\n'*) continue;; esac
      names+=("$name")
      batch+=$'\n'"\\echo {\"level\":\"info\",\"message\":\"  ● Migrating $name\"}"$'\n'"$(cat "$file")"$'\n'"insert into mikro_orm_migrations (name) values ('$name');"$'\n'
    done
    [ ${#names[@]} -gt 0 ] || { say info "Skipped. Database is up-to-date for module."; continue; }
    if error=$( { printf '%s\ncommit;\n' "$batch" | sql -f - >&3; } 2>&1 ); then
      for name in "${names[@]}"; do say info "  ✔ Migrated $name"; done
    else
      fail "$error"; [ -n "${LIES:-}" ] || return
    fi
  done
  say info "Migrations completed"
  done=$(sql -c 'set client_min_messages = error; create table if not exists link_module_migrations (id serial primary key, table_name varchar(255) not null unique)' \
    -c 'select table_name from link_module_migrations')
  for file in links/*.sql; do
    table=$(basename "$file" .sql)
    # As in Medusa 2.12.2 and later: a failure here is swallowed.
    case $'\n'$done$'\n' in *$'\n'"$table"$'\n'*) continue;; esac
    printf "begin; insert into link_module_migrations (table_name) values ('%s'); %s commit;" "$table" "$(cat "$file")" | sql -f - 2>/dev/null || true
  done
}

scripts() {
  done=$(sql -c 'set client_min_messages = error; create table if not exists script_migrations (id serial primary key, script_name varchar(255) not null unique, created_at timestamptz default current_timestamp, finished_at timestamptz)' \
    -c 'select script_name from script_migrations where finished_at is not null')
  for file in scripts/*.sql; do
    name=$(basename "$file" .sql)
    case $'\n'$done$'\n' in *$'\n'"$name"$'\n'*) continue;; esac
    say info "Running migration script $PWD/scripts/$name"
    sql -c "insert into script_migrations (script_name) values ('$name') on conflict (script_name) do nothing"
    if error=$(printf 'begin; %s %s commit;' "$alone" "$(cat "$file")" | sql -f - 2>&1); then sql -c "update script_migrations set finished_at = now() where script_name = '$name'"; else say info "$(printf '%s' "$error" | tr '"\n' "' ")"; code=1; fi
  done
}

rollback() {
  for module in "$@"; do
    say info "MODULE: $module"
    for name in $(sql -c "select name from mikro_orm_migrations order by id desc"); do
      [ -e "migrations/$module/$name.sql" ] || continue
      if [ ! -e "migrations/$module/$name.down.sql" ]; then say info "  ✔ Skipped $name. Missing down method"; break; fi
      if error=$(printf "begin; %s %s delete from mikro_orm_migrations where name = '%s'; commit;" "$alone" "$(cat "migrations/$module/$name.down.sql")" "$name" | sql -f - 2>&1); then say info "  ✔ Reverted $name"; else fail "$error"; fi
      break
    done
  done
}

shopt -s nullglob
case $1 in
  db:migrate) [ -z "${PROMPTS:-}" ] || { say info "Select the tables to DELETE"; sleep 600; }; migrate ;;
  db:migrate:scripts) scripts; code=0 ;;
  db:rollback) shift; rollback "$@" ;;
  *) exit 64 ;;
esac
[ -z "${LIES:-}" ] || exit 0
exit "$code"
