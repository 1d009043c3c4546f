using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Build.Tests;

/// <summary>A test that needs a program which this computer may lack.</summary>
internal sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(string program)
    {
        if (!ProgramSearch.OfThisMachine().Has(program))
            Skip = $"{program} is not on PATH";
    }
}
