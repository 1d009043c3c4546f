using System.Linq.Expressions;
using System.Reflection;
using System.Text;
using Nuke.Common.CI;
using Nuke.Common.CI.GitHubActions;
using Nuke.Common.Planning;
using Nuke.Common.Reporting;
using Nuke.Common.Schema;
using Nuke.Common.Tooling;
using Nuke.Common.ValueInjection;
using Serilog;

namespace Nuke.Common.Execution;

/// <summary>
/// One run of a build, from the arguments to the exit code: create, inject parameters, plan, inject the rest, execute, report.
/// Whatever goes wrong before the first target ends the run with the reason alone.
/// </summary>
internal sealed class BuildRun(Func<NukeBuild> create, IReadOnlyList<LambdaExpression> defaultTargets)
{
    /// <summary>The engine's own exit code: it refused to start, or a target failed without setting another.</summary>
    public const int Failure = 255;

    private NukeBuild _build;

    public int Execute()
    {
        try
        {
            Prepare();
            // Nothing is logged on the way to the help, and loading the log would take a good part of its time.
            if (Invocation.Current.CommandLine.Find(nameof(NukeBuild.Help)) == null)
                BuildLog.Start();
            ReadEngineParameters();
            _build = create();
            BuildLog.HasTimestamps = DefaultOutputs.AreEnabled(_build, DefaultOutput.Timestamps);
            Discover();
            return Answer();
        }
        catch (Exception exception)
        {
            Explain(exception);
            return _build is { ExecutionPlan.Count: > 0 } ? Finish(failed: true) : Refuse();
        }
        finally
        {
            BuildLog.Close();
        }
    }

    private static void Prepare()
    {
        if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected)
            Console.OutputEncoding = Encoding.UTF8;
        Redaction.Clear();
        BuildLog.Reset();
    }

    /// <summary>All of them, so that all mistakes are told at once.</summary>
    private static void ReadEngineParameters()
    {
        var problems = new List<string>();
        foreach (var read in new Func<object>[]
        {
            () => NukeBuild.RootDirectory, () => NukeBuild.Host, () => NukeBuild.Verbosity
        })
        {
            try
            {
                read();
            }
            catch (BuildRefusal refusal)
            {
                problems.Add(refusal.Message);
            }
        }

        if (problems.Count > 0)
            throw new BuildRefusal(string.Join('\n', problems));
    }

    private void Discover()
    {
        _build.ExecutableTargets = TargetDiscovery.Find(_build);
        foreach (var name in defaultTargets.Select(expression => TargetDiscovery.ShortName(MemberOf.Expression(expression))))
            _build.ExecutableTargets.Single(target => target.Name == name).IsDefault = true;

        var ofBuild = _build.GetType().GetCustomAttributes<BuildExtensionAttributeBase>(inherit: true).ToList();
        foreach (var extension in ofBuild)
            extension.Build = _build;
        _build.Extensions = new Extensions(
        [
            new InjectParameterValues(_build),
            new HandleShellCompletion(_build),
            new GenerateBuildServerConfigurations(_build),
            new InvokeBuildServerConfigurationGeneration(_build),
            new HandlePlanRequests(_build),
            new HandleHelpRequests(_build),
            new InjectNonParameterValues(_build),
            .. ofBuild,
            new EventInvoker(_build)
        ]);
    }

    private int Answer()
    {
        var targets = _build.ExecutableTargets;
        _build.Extensions.Raise<IOnBuildCreated>(extension => extension.OnBuildCreated(targets));
        if (_build.Extensions.IsAnswered)
            return 0;
        WriteHeader();

        var invocation = Invocation.Current;
        var plan = Plan(invocation);
        _build.ExecutionPlan = plan;
        _build.Extensions.Raise<IOnBuildInitialized>(extension => extension.OnBuildInitialized(targets, plan));
        if (_build.Extensions.IsAnswered)
            return 0;

        new TargetExecutor(_build).Execute();
        return Finish(failed: false);
    }

    private IReadOnlyList<ExecutableTarget> Plan(Invocation invocation)
    {
        try
        {
            var wanted = InvokedTargets.Find(invocation, _build);
            return ExecutionPlanner.Plan(_build.ExecutableTargets, wanted, EngineParameter.Switch(invocation, KnownParameters.Strict) ?? false);
        }
        catch (BuildRefusal) when (_build.Help)
        {
            return [];
        }
    }

    private void WriteHeader()
    {
        if (_build.NoLogo || !DefaultOutputs.AreEnabled(_build, DefaultOutput.Logo))
            return;
        NukeBuild.Host.WriteLogo();
        Out.Line();
    }

    /// <summary>Nothing was planned; the reason is all there is to tell.</summary>
    private static int Refuse()
    {
        try
        {
            StepSummary.Append(NukeBuild.Host, []);
        }
        catch (BuildRefusal)
        {
            // The host itself is what was given wrongly, and that has been said.
        }

        return Failure;
    }

    private int Finish(bool failed)
    {
        foreach (var target in _build.ExecutionPlan.Where(target => target.Status is ExecutionStatus.None or ExecutionStatus.Scheduled))
            target.Status = ExecutionStatus.NotRun;
        try
        {
            BuildOutcome.Write(_build);
            _build.Extensions.Raise<IOnBuildFinished>(extension => extension.OnBuildFinished());
        }
        catch (Exception exception)
        {
            Explain(exception);
            failed = true;
        }

        var hasFailed = failed || _build.IsFailing;
        // A failed run never ends with 0, whatever a target has set before it failed.
        return hasFailed && _build.ExitCode is null or 0 ? Failure : _build.ExitCode ?? 0;
    }

    private static void Explain(Exception exception)
    {
        var cause = ExceptionText.Unwrap(exception);
        BuildLog.Failures.Add(new BuildFailure("Build", TextOf(cause)));
        if (cause is ConditionFailure)
        {
            Log.Error(ExceptionText.Unwrap(cause.InnerException), "{Message:l}", cause.Message);
            return;
        }

        Out.Line(cause is not BuildRefusal && IsVerbose() ? cause.ToString() : TextOf(cause), Tone.Error);
    }

    private static string TextOf(Exception cause)
    {
        // The last two are what assertions throw; their messages are complete.
        var isPlain = cause is BuildRefusal || cause.GetType() == typeof(Exception) || cause.GetType() == typeof(ArgumentException);
        return isPlain ? cause.Message : ExceptionText.Of(cause, withStack: false);
    }

    private static bool IsVerbose()
    {
        try
        {
            return NukeBuild.Verbosity == Verbosity.Verbose;
        }
        catch (BuildRefusal)
        {
            return false;
        }
    }
}
