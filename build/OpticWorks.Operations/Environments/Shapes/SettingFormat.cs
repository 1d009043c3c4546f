namespace OpticWorks.Operations.Environments;

/// <summary>The kinds of value in an environment file; <see cref="TextFormat"/> says what each takes.</summary>
internal enum SettingFormat
{
    /// <summary>What the property's type says.</summary>
    ByType,
    Name,
    HostAddress,
    HostAndPort,
    Port,
    UserName,
    FilePath,
    AbsolutePath,
    UrlPath,
    UrlPathAndQuery,
    Origin,
    Endpoint,
    WorkerName,
    AccountId,
    ProxyName,
    DatabaseName,
    Bucket,
    KeyPrefix,
    ShareOrCount,
    VariableName,
    PublicVariableName,
    SingleLine,
    Cron,
    Duration,
    Secret,
    SecretOrText,
}
