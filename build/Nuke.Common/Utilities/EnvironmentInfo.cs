using System.Collections;
using System.Collections.ObjectModel;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Nuke.Common.Execution;
using Nuke.Common.IO;
using Nuke.Common.ValueInjection;

namespace Nuke.Common;

/// <summary>The machine, the process, its arguments and its variables.</summary>
public static class EnvironmentInfo
{
    public static IReadOnlyCollection<string> CommandLineArguments => Invocation.Current.CommandLine.Arguments;

    public static string NewLine => Environment.NewLine;

    public static string MachineName => Environment.MachineName;

    public static AbsolutePath WorkingDirectory
    {
        get => AbsolutePath.Create(Environment.CurrentDirectory);
        set => Environment.CurrentDirectory = value;
    }

    public static bool IsArm64 => RuntimeInformation.OSArchitecture == Architecture.Arm64;

    public static bool Is64Bit => Environment.Is64BitProcess;

    public static bool Is32Bit => !Is64Bit;

    public static bool IsUnix => !IsWin;

    public static bool IsWin => OperatingSystem.IsWindows();

    public static bool IsLinux => OperatingSystem.IsLinux();

    public static bool IsOsx => OperatingSystem.IsMacOS();

    public static bool IsWsl => IsLinux && HasVariable("WSL_DISTRO_NAME");

    public static FrameworkName Framework =>
        new(Assembly.GetEntryAssembly()?.GetCustomAttribute<TargetFrameworkAttribute>()?.FrameworkName ?? ".NETCoreApp,Version=v10.0");

    public static PlatformFamily Platform
    {
        get
        {
            if (IsWin)
                return PlatformFamily.Windows;
            if (IsOsx)
                return PlatformFamily.OSX;
            return IsLinux ? PlatformFamily.Linux : PlatformFamily.Unknown;
        }
    }

    public static ReadOnlyDictionary<string, string> Variables =>
        Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(
                entry => (string)entry.Key,
                entry => (string)entry.Value,
                IsWin ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal)
            .AsReadOnly();

    /// <summary>The directories programs are searched in.</summary>
    public static IReadOnlyCollection<string> Paths =>
        GetVariable("PATH")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];

    public static bool HasArgument(string name) => Invocation.Current.CommandLine.Find(name) != null;

    public static bool HasArgument<T>(Expression<Func<T>> expression) => HasArgument(NameOf(expression));

    public static T GetNamedArgument<T>(string parameterName, char? separator = null)
    {
        var argument = Invocation.Current.CommandLine.Find(parameterName);
        return argument == null ? default : Convert<T>(ParameterName.Argument(parameterName), argument.Values, separator);
    }

    public static T GetNamedArgument<T>(Expression<Func<T>> expression, char? separator = null) =>
        GetNamedArgument<T>(NameOf(expression), separator);

    public static T GetNamedArgument<T>(Expression<Func<object>> expression, char? separator = null) =>
        GetNamedArgument<T>(NameOf(expression), separator);

    public static T GetPositionalArgument<T>(int position, char? separator = null)
    {
        var positional = Invocation.Current.CommandLine.Positional;
        return position < positional.Count ? Convert<T>($"Argument {position + 1}", [positional[position]], separator) : default;
    }

    public static T[] GetAllPositionalArguments<T>(char? separator = null) =>
        Convert<T[]>("The arguments", Invocation.Current.CommandLine.Positional, separator);

    /// <summary>Changes the working directory until the result is disposed.</summary>
    public static IDisposable SwitchWorkingDirectory(this AbsolutePath path) => new WorkingDirectorySwitch(path);

    public static AbsolutePath SpecialFolder(SpecialFolders folder)
    {
        var path = Environment.GetFolderPath(Enum.Parse<Environment.SpecialFolder>(folder.ToString()));
        return path.Length == 0 ? null : AbsolutePath.Create(path);
    }

    public static bool HasVariable(string name, bool allowEmpty = true)
    {
        var value = GetVariable(name);
        return allowEmpty ? value != null : !string.IsNullOrEmpty(value);
    }

    public static string GetVariable(string name) => Environment.GetEnvironmentVariable(name);

    public static T GetVariable<T>(string name, char? separator = null)
    {
        var value = GetVariable(name);
        return value == null ? default : Convert<T>($"Environment variable {name}", [value], separator);
    }

    public static void SetVariable(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        Invocation.Current.Variables.Reset();
    }

    public static void SetVariable<T>(string name, T value) => SetVariable(name, value?.ToString());

    public static void RemoveVariable(string name) => SetVariable(name, value: null);

    public static string ExpandVariables(string value) => Environment.ExpandEnvironmentVariables(value);

    private static string NameOf(LambdaExpression expression) => TargetDiscovery.ShortName(MemberOf.Expression(expression));

    private static T Convert<T>(string label, IReadOnlyList<string> values, char? separator)
    {
        try
        {
            return (T)ValueConverter.Convert(values, typeof(T), separator, Invocation.Current.WorkingDirectory);
        }
        catch (FormatException exception)
        {
            throw new BuildRefusal($"{label} {exception.Message}");
        }
    }

    private sealed class WorkingDirectorySwitch : IDisposable
    {
        private readonly string _previous = Environment.CurrentDirectory;

        public WorkingDirectorySwitch(string path)
        {
            Environment.CurrentDirectory = path;
        }

        public void Dispose() => Environment.CurrentDirectory = _previous;
    }
}
