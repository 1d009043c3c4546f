import { Migration } from "@medusajs/framework/mikro-orm/migrations";

export class Migration20261103090000 extends Migration {
  override async up(): Promise<void> {
    this.addSql(`create table if not exists "loyalty_account" (
      "id" text not null,
      "customer_id" text not null,
      "points" integer not null default 0,
      "created_at" timestamptz not null default now(),
      "updated_at" timestamptz not null default now(),
      "deleted_at" timestamptz null,
      constraint "loyalty_account_pkey" primary key ("id")
    );`);
    this.addSql(
      `create unique index if not exists "IDX_loyalty_account_customer_id_unique" on "loyalty_account" ("customer_id") where "deleted_at" is null;`,
    );
    this.addSql(
      `create index if not exists "IDX_loyalty_account_deleted_at" on "loyalty_account" ("deleted_at");`,
    );
  }

  override async down(): Promise<void> {
    this.addSql(`drop table if exists "loyalty_account";`);
  }
}
