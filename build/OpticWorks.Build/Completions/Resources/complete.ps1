# Completion of build.ps1, build.cmd and build.sh for PowerShell. It reads .nuke/build.schema.json beside the script that is typed.
# Never run where the other shells' completions are tested: no PowerShell is at hand there.
Register-ArgumentCompleter -Native -CommandName build.ps1, build.cmd, build.sh -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
    $root = Split-Path -Parent $words[0]
    if (-not $root) { $root = '.' }
    $file = Join-Path $root '.nuke/build.schema.json'
    if (-not (Test-Path $file)) { return }
    $schema = Get-Content $file -Raw | ConvertFrom-Json
    $options = @{}
    foreach ($group in @($schema.definitions.NukeBuild) + @($schema.allOf)) {
        if ($group.properties) { $group.properties.PSObject.Properties | ForEach-Object { $options[$_.Name.ToLowerInvariant()] = $_ } }
    }
    $targets = $options['of'].Value.enum
    if (-not $targets) { $targets = $schema.definitions.ExecutableTarget.enum }
    $last = $words | Select-Object -Skip 1 | Where-Object { $_ -like '-*' } | Select-Object -Last 1
    $option = if ($last) { $options[$last.Replace('-', '').ToLowerInvariant()] }
    $definition = if ($option) { "$($option.Value.'$ref')$($option.Value.items.'$ref')".Split('/')[-1] }
    $candidates =
        if ($wordToComplete -like '-*' -or ($option -and $option.Value.type -contains 'boolean')) {
            $options.Values | ForEach-Object { '--' + ($_.Name -creplace '(?<!^)([A-Z])', '-$1').ToLowerInvariant() }
        }
        elseif (-not $last -or $definition -eq 'ExecutableTarget') { $targets }
        elseif ($option.Name -in 'Environment', 'Confirm') { (Get-ChildItem (Join-Path $root '.nuke/environments') -Filter *.json).BaseName }
        elseif ($definition) { $schema.definitions.$definition.enum }
        else { $option.Value.enum }
    $candidates | Where-Object { $_ -like "$wordToComplete*" } | Sort-Object |
        ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
