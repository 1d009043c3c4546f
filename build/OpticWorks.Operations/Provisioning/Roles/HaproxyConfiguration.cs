using System.Text;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Traffic;
using OpticWorks.Operations.Traffic.Maintenance;

namespace OpticWorks.Operations.Provisioning;

/// <summary>HAProxy's configuration for an environment. Its request lines in the ring are what the canary judges.</summary>
public static class HaproxyConfiguration
{
    public const string Path = "/etc/haproxy/haproxy.cfg";

    /// <summary>Where weights and drains outlive a reload; in memory, so that no state survives a crash of the machine.</summary>
    public const string StateFile = $"/run/{StateFolder}/server-state";

    internal const string StateFolder = "opticworks-haproxy";

    /// <summary>Every server's configured weight; a share of traffic is set in hundredths of it.</summary>
    public const int Weight = 100;

    /// <summary>The ring that holds one line a request.</summary>
    public const string Ring = "req";

    /// <summary>The port of Prometheus metrics, on loopback only.</summary>
    public const int MetricsPort = 8405;

    /// <exception cref="OperationException">A value of the environment would change the meaning of the file (exit 2).</exception>
    public static string Text(StoreEnvironment environment)
    {
        var balancer = environment.Balancer;
        var text = new StringBuilder(
            $$"""
            # Written by Provision of OpticWorks from the environment {{Word(environment.Name)}}; changes made here are undone by its next run.
            global
                master-worker
                user haproxy
                group haproxy
                log ring@{{Ring}} local0
                stats socket {{Word(balancer.Socket)}} user root group {{Word(balancer.Host.User)}} mode 660 level admin expose-fd listeners
                stats timeout 1h
                server-state-file {{StateFile}}
                maxconn 4000
                hard-stop-after 30s

            # 8 MiB are about half a minute at 2000 requests a second; a reader that is slower loses lines.
            ring {{Ring}}
                description "one line a request"
                format raw
                maxlen 512
                size 8388608

            defaults
                mode http
                log global
                option redispatch 1
                # Each goes to another server than the one before it did; three could all be spent on two that are down at once.
                retries 8
                retry-on conn-failure empty-response 0rtt-rejected
                timeout connect 2s
                timeout client 65s
                timeout server 15s
                timeout queue 5s
                timeout check 5s
                timeout http-request 10s
                timeout http-keep-alive 30s
                load-server-state-from-file global
                unique-id-format %[uuid()]
                unique-id-header X-Request-ID

            frontend store
                bind :{{balancer.Port}}
            {{MaintenanceUnit.Rules([.. environment.Maintenance.Passing.Select(Word)]).TrimEnd('\n')}}
                # A request that may have been acted on is never sent twice: a cart or a payment would be doubled.
                http-request disable-l7-retry unless { method GET HEAD OPTIONS }
                http-response set-header x-server %s
                http-after-response set-header x-request-id %[unique-id]
                log-format "R %[date(0,ms)] %b %s %ST %ts %TR %Tw %Tc %Tr %Ta %rc %HM %HP %ID"
                default_backend {{Word(balancer.Backend)}}

            frontend metrics
                bind 127.0.0.1:{{MetricsPort}}
                no log
                http-request use-service prometheus-exporter if { path /metrics }
                http-request return status 404

            backend {{Word(balancer.Backend)}}
                balance roundrobin
                option httpchk
                http-check send meth GET uri {{Word(environment.Api.Health)}}
                default-server weight {{Weight}} check inter 1s fastinter 500ms fall 3 rise 2

            """);
        foreach (var host in environment.Hosts)
        {
            foreach (var port in host.Instances)
                text.Append($"    server {Word(Balancer.ServerName(host.Name, port))} {Word(Address(host))}:{port}\n");
        }

        return text.ToString();
    }

    private static string Address(BackendHost host) => host.Address.Contains(':') ? $"ipv6@{host.Address}" : host.Address;

    /// <summary>HAProxy splits at blanks and expands quotes, backslashes, dollars and comments.</summary>
    private static string Word(string value) =>
        value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:@?=&%~+,".Contains(c))
            ? value
            : throw OperationException.Configuration($"\"{UnifiedDiff.Printable(value)}\" cannot stand in HAProxy's configuration",
                next: "use letters, digits and - _ . / : only");
}
