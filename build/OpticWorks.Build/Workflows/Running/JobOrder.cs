using OpticWorks.Operations;

namespace OpticWorks.Build.Workflows.Running;

/// <summary>Jobs in the order of their needs; where those leave a choice, as they stand in the file.</summary>
internal static class JobOrder
{
    /// <param name="only">One job, without those that it needs; null: all.</param>
    /// <exception cref="OperationException">There is no such job, or they need each other (exit 2).</exception>
    public static IReadOnlyList<JobText> Of(IReadOnlyList<JobText> jobs, string? only)
    {
        if (only is not null)
        {
            return jobs.FirstOrDefault(job => job.Id == only) is { } one
                ? [one]
                : throw OperationException.Configuration($"There is no job {only}", $"--job {string.Join('|', jobs.Select(job => job.Id))}");
        }

        var order = new List<JobText>();
        while (order.Count < jobs.Count)
        {
            order.Add(jobs.FirstOrDefault(job => !order.Contains(job) && job.Needs.All(need => order.Any(done => done.Id == need)))
                ?? throw OperationException.Configuration($"Jobs need each other, or one that is not there: {string.Join(", ", jobs.Except(order).Select(job => job.Id))}"));
        }

        return order;
    }
}
