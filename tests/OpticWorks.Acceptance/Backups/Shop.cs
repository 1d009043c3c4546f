using Npgsql;
using OpticWorks.Acceptance.Database;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Database;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Backups;

/// <summary>A small shop's database with one of everything that a restore can lose, owned by a role that is no superuser.</summary>
internal sealed class Shop : IAsyncDisposable
{
    public const string Owner = "keeper";

    /// <summary>32 bytes, base64.</summary>
    public const string Key = "b3B0aWN3b3Jrcy10ZXN0LWtleS1vZi0zMi1ieXRlcyE=";

    private const string Schema =
        """"
        create extension pg_trgm;
        create type status as enum ('open', 'paid', 'sent');
        create table product (id serial primary key, handle text not null unique, price numeric(10,2) check (price >= 0), data jsonb not null default '{}',
            made timestamptz not null default now(), tags text[], photo bytea, ratio double precision);
        create table orders (id bigint generated always as identity primary key, product int not null references product, state status not null default 'open',
            kind varchar(20) check (kind in ('web', 'shop')), total numeric generated always as (quantity * 2.5) stored, quantity int not null, note text);
        create index orders_state on orders (state) where state <> 'sent';
        create index product_handle_trgm on product using gin (handle gin_trgm_ops);
        create view open_orders as select o.id, p.handle from orders o join product p on p.id = o.product where o.state = 'open' and o.kind in ('web', 'shop');
        create function touch() returns trigger language plpgsql as $$ begin new.note := coalesce(new.note, '') || '!'; return new; end $$;
        create trigger touched before update on orders for each row execute function touch();
        create table part (id int, at date not null, primary key (id, at)) partition by range (at);
        create table part_2026 partition of part for values from ('2026-01-01') to ('2027-01-01');
        create schema "Odd ""name""";
        create table "Odd ""name"""."select" ("From" int primary key, "a.b" text);
        insert into product (handle, price, data, tags, photo, ratio, made)
            select 'lens-' || i, i % 90 + 0.5, jsonb_build_object('n', i, 's', repeat('x', i % 50)), array['a', null, i::text], decode(md5(i::text), 'hex'), i / 7.0, '2026-01-01'::timestamptz + i * interval '1 hour'
            from generate_series(1, $ROWS) i;
        insert into orders (product, state, kind, quantity) select i % $ROWS + 1, (array['open', 'paid', 'sent'])[i % 3 + 1]::status, (array['web', 'shop'])[i % 2 + 1], i % 9 from generate_series(1, $ROWS * 2) i;
        insert into part select i, '2026-01-01'::date + i % 300 from generate_series(1, 500) i;
        insert into "Odd ""name"""."select" values (1, 'drop table'), (2, null);
        """";

    private Shop(PostgresServer server, DatabaseSite site) => (Server, Site) = (server, site);

    public PostgresServer Server { get; }

    public DatabaseSite Site { get; }

    public string Name => Site.Name;

    /// <param name="host">Decorates the host that commands run on.</param>
    public static async Task<Shop> CreateAsync(PostgresServer server, int rows = 300, Func<IHost, IHost>? host = null)
    {
        await server.ExecuteAsync("postgres", $$"""
            do $$ begin
              perform pg_advisory_xact_lock(1);
              if not exists (select from pg_roles where rolname = '{{Owner}}') then create role {{Owner}} login createdb password '{{PostgresServer.Password}}'; grant pg_monitor to {{Owner}}; end if;
            end $$
            """);
        var name = await server.CreateDatabaseAsync();
        await server.ExecuteAsync("postgres", $"alter database {name} owner to {Owner}");
        var local = new LocalHost(server.Programs);
        var site = await OpenAsync(server.Port, name, host?.Invoke(local) ?? local);
        var shop = new Shop(server, site);
        await shop.ExecuteAsync(Schema.Replace("$ROWS", $"{rows}"));
        return shop;
    }

    public static async Task<DatabaseSite> OpenAsync(int port, string name, IHost host, string user = Owner)
    {
        var settings = new DatabaseSettings
        {
            Host = new HostSettings { Name = "db", Address = "127.0.0.1", User = Owner },
            Port = port,
            Name = name,
            User = user,
            Password = SecretReference.Parse("env:UNUSED"),
            Tunnel = false,
        };
        var ssh = new SshOptions(new Tool("ssh", "", "ssh", "test"), "/dev/null", null, "/tmp");
        return new DatabaseSite("test", host, settings, await StoreDatabase.OpenAsync(settings, PostgresServer.Password, ssh, default), PostgresServer.Password);
    }

    /// <summary>An environment without instances, for plans.</summary>
    public static StoreEnvironment Environment(DatabaseSettings database) => new()
    {
        Name = "test",
        KnownHosts = "/dev/null",
        Storefront = new StorefrontSettings { Url = new Uri("http://127.0.0.1:1"), Worker = "shop" },
        Api = new ApiSettings { Url = new Uri("http://127.0.0.1:1") },
        Hosts = [],
        Balancer = new BalancerSettings { Host = database.Host, Backend = "medusa" },
        Database = database,
        Redis = new RedisSettings { Address = "127.0.0.1:1", Password = SecretReference.Parse("env:UNUSED") },
        Artifacts = new ArtifactSettings { Bucket = "artifacts" },
        Backups = new BackupSettings
        {
            Endpoint = new Uri("http://127.0.0.1:1"),
            Bucket = "backups",
            AccessKey = SecretReference.Parse("env:UNUSED"),
            SecretKey = SecretReference.Parse("env:UNUSED"),
        },
        Stripe = new StripeSettings { Mode = StripeMode.Test },
    };

    public static BackupWish Wish { get; } = new() { By = "mara@laptop", Release = "r-20261122-141203-3f9c2ab", Wait = TimeSpan.FromMinutes(1) };

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Site.Database.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Site.Database.Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await Site.Database.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
    }
}
