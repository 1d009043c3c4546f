import { Migration } from "@medusajs/framework/mikro-orm/migrations";

/** Adds the tier with a default, so that a release without it keeps working beside this one. */
export class Migration20261110090000 extends Migration {
  override async up(): Promise<void> {
    this.addSql(
      `alter table "loyalty_account" add column if not exists "tier" text not null default 'standard';`,
    );
    this.addSql(
      `alter table "loyalty_account" add constraint "loyalty_account_tier_check" check ("tier" in ('standard', 'silver', 'gold'));`,
    );
  }

  override async down(): Promise<void> {
    this.addSql(`alter table "loyalty_account" drop column if exists "tier";`);
  }
}
