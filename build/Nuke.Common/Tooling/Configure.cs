namespace Nuke.Common.Tooling;

/// <summary>Changes options and returns them, or others.</summary>
public delegate T Configure<T>(T options);

/// <summary>Changes options for one of several values.</summary>
public delegate TOptions Configure<TOptions, TValue>(TOptions options, TValue value);
