import { Migration } from "@medusajs/framework/mikro-orm/migrations";

export class Migration20261102090000 extends Migration {
  override async up(): Promise<void> {
    this.addSql(`create table if not exists "lens_tint" (
      "id" text not null,
      "code" text not null,
      "name" text not null,
      "transmission" integer not null,
      "created_at" timestamptz not null default now(),
      "updated_at" timestamptz not null default now(),
      "deleted_at" timestamptz null,
      constraint "lens_tint_pkey" primary key ("id"),
      constraint "lens_tint_transmission_percent" check ("transmission" between 0 and 100)
    );`);
    this.addSql(
      `create unique index if not exists "IDX_lens_tint_code_unique" on "lens_tint" ("code") where "deleted_at" is null;`,
    );
    this.addSql(`create index if not exists "IDX_lens_tint_deleted_at" on "lens_tint" ("deleted_at");`);
  }

  override async down(): Promise<void> {
    this.addSql(`drop table if exists "lens_tint";`);
  }
}
