namespace OpticWorks.Operations.GitHub;

/// <summary>The page that GitHub shows for a step: Markdown, appended to the file that GITHUB_STEP_SUMMARY names.</summary>
public static class JobSummary
{
    /// <summary>GitHub keeps 1 MiB a step.</summary>
    public const int MostBytes = 1024 * 1024;

    /// <summary>Does nothing without a file. One that cannot be written costs a warning, not the run.</summary>
    /// <param name="file">What GITHUB_STEP_SUMMARY says; null or empty: there is none.</param>
    public static void Append(string? file, string markdown, INarrator narrator)
    {
        if (string.IsNullOrEmpty(file))
            return;
        try
        {
            var length = File.Exists(file) ? new FileInfo(file).Length : 0;
            if (length + System.Text.Encoding.UTF8.GetByteCount(markdown) > MostBytes)
                narrator.Warn("summary", "the step's summary is full");
            else
                File.AppendAllText(file, markdown);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            narrator.Warn("summary", $"the step's summary was not written: {e.Message}");
        }
    }
}
