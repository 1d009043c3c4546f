using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Operations.Tests.Rehearsal;

public sealed class MachineImageRecipeTests
{
    [Fact]
    public void Equal_recipes_have_one_key() => new MachineImageRecipe().Key.ShouldBe(new MachineImageRecipe().Key);

    [Fact]
    public void Whatever_changes_the_image_changes_its_key()
    {
        var recipe = new MachineImageRecipe();
        MachineImageRecipe[] others =
        [
            recipe,
            recipe with { Revision = recipe.Revision + 1 },
            recipe with { Suite = "forky" },
            recipe with { Base = [.. recipe.Base, "udev"] },
            recipe with { Packages = [.. recipe.Packages, "vim"] },
            recipe with { RedisSuite = "bullseye" },
            recipe with { RedisPackages = ["redis-server"] },
            recipe with { Disabled = [] },
            recipe with { Masked = [] },
        ];

        others.Select(other => other.Key).Distinct().Count().ShouldBe(others.Length);
    }
}
