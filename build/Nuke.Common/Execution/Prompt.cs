using Nuke.Common.Reporting;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Execution;

/// <summary>Asks a person at a terminal for the value of a parameter.</summary>
internal static class Prompt
{
    /// <returns>The converted value; null when nothing was entered.</returns>
    public static object Ask(Parameter parameter, NukeBuild build)
    {
        var proposals = parameter.Attribute.GetValueSet(parameter.Member, build)?.Select(value => value.Text).ToList();
        while (true)
        {
            Console.Out.Write(Question(parameter, proposals));
            var text = parameter.IsSecret ? ReadHidden() : Console.In.ReadLine();
            if (string.IsNullOrWhiteSpace(text))
                return null;
            try
            {
                return ValueConverter.Convert([text], parameter.Type, parameter.Separator, Invocation.Current.WorkingDirectory);
            }
            catch (FormatException exception)
            {
                Out.Line($"{parameter.Name} {exception.Message}", Tone.Error);
            }
        }
    }

    private static string Question(Parameter parameter, List<string> proposals)
    {
        var description = parameter.Attribute.Description;
        var choice = proposals == null ? string.Empty : $" ({string.Join(", ", proposals)})";
        return $"{(string.IsNullOrEmpty(description) ? parameter.Name : $"{parameter.Name}: {description}")}{choice}: ";
    }

    private static string ReadHidden()
    {
        var text = new System.Text.StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
                break;
            if (key.Key == ConsoleKey.Backspace && text.Length > 0)
                text.Length--;
            else if (!char.IsControl(key.KeyChar))
                text.Append(key.KeyChar);
        }

        Out.Line();
        return text.ToString();
    }
}
