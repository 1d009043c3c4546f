using OpticWorks.Acceptance.Database;

namespace OpticWorks.Benchmarks.Backups;

/// <summary>A table as Medusa 2 has it, without columns that are empty in every row.</summary>
/// <param name="Values">Of row i.</param>
internal sealed record ShopTable(string Name, string Definition, string Values);

/// <summary>The four tables that grow with a shop's orders; ids, texts, amounts and times as Medusa writes them.</summary>
internal static class ShopTables
{
    private const int Step = 100_000;

    private const string Times = "created_at timestamptz not null, updated_at timestamptz not null, deleted_at timestamptz";

    private const string At = "timestamptz '2026-01-01' + i * interval '1.37 second', timestamptz '2026-01-01' + i * interval '1.41 second', null";

    private const string Amount = "jsonb_build_object('value', ((i % 9000) / 100.0)::text, 'precision', 20)";

    public static IReadOnlyList<ShopTable> All { get; } =
    [
        new("order_line_item",
            "create table order_line_item (id text primary key, title text not null, subtitle text, thumbnail text, variant_id text, product_id text, product_title text, product_description text, "
            + "product_handle text, variant_sku text, variant_title text, requires_shipping boolean not null, is_discountable boolean not null, is_tax_inclusive boolean not null, "
            + $"unit_price numeric not null, raw_unit_price jsonb not null, metadata jsonb, {Times})",
            $"{Id("ordli", "i")}, 'Graphite lens ' || i % 900, 'Size ' || i % 7, 'https://cdn.example.com/images/' || md5((i % 900)::text) || '.png', {Id("variant", "i % 3000")}, {Id("prod", "i % 900")}, "
            + "'Graphite lens ' || i % 900, 'A lens of graphite, ground to the ' || i % 900 || 'th prescription, with a coating against glare and a frame of its own', "
            + $"'graphite-lens-' || i % 900, 'LENS-' || i % 3000, 'Size ' || i % 7, true, true, false, (i % 9000) / 100.0, {Amount}, null, {At}"),
        new("order_address",
            "create table order_address (id text primary key, customer_id text, company text, first_name text, last_name text, address_1 text, address_2 text, city text, country_code text, "
            + $"province text, postal_code text, phone text, metadata jsonb, {Times})",
            $"{Id("ordaddr", "i")}, {Id("cus", "i % 50000")}, null, 'Ada' || i % 97, 'Example' || i % 911, i % 311 || ' Example Street', null, 'Town ' || i % 501, 'de', null, "
            + $"(10000 + i % 80000)::text, '+49' || (100000000 + i), null, {At}"),
        new("price",
            $"create table price (id text primary key, title text, price_set_id text not null, currency_code text not null, raw_amount jsonb not null, rules_count integer, {Times}, price_list_id text, amount numeric not null)",
            $"{Id("price", "i")}, null, {Id("pset", "i / 4")}, 'eur', {Amount}, 0, {At}, null, (i % 9000) / 100.0"),
        new("cart",
            "create table cart (id text primary key, region_id text, customer_id text, sales_channel_id text, email text, currency_code text not null, shipping_address_id text, billing_address_id text, "
            + $"metadata jsonb, {Times}, completed_at timestamptz)",
            $"{Id("cart", "i")}, {Id("reg", "i % 3")}, {Id("cus", "i % 50000")}, {Id("sc", "1")}, 'shopper' || i || '@example.com', 'eur', {Id("caaddr", "i")}, {Id("caaddr", "-i")}, null, {At}, null"),
    ];

    /// <summary>Adds rows to every table until the database has a size.</summary>
    /// <param name="rows">What each table has already.</param>
    /// <returns>Rows of each table.</returns>
    public static async Task<int> FillAsync(PostgresServer server, string database, int rows, double bytes)
    {
        while (await server.ScalarAsync<long>(database, "select pg_database_size(current_database())") < bytes)
        {
            foreach (var table in All)
                await server.ExecuteAsync(database, $"insert into {table.Name} select {table.Values} from generate_series({rows + 1}, {rows + Step}) i");
            rows += Step;
        }

        // Yesterday's rows are marked as visible to all; else whoever reads them first does that.
        await server.ExecuteAsync(database, "vacuum");
        await server.ExecuteAsync(database, "checkpoint");
        return rows;
    }

    /// <summary>An id as Medusa makes it: what it is of, and 26 characters.</summary>
    private static string Id(string prefix, string number) => $"'{prefix}_01' || upper(substr(md5('{prefix}' || ({number})), 1, 24))";
}
