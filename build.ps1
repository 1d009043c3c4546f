# Starts the build program, compiling it only when its sources changed. Small on purpose: it was never run, because no
# PowerShell was at hand where build.sh is tested. The suite drives Linux hosts: on Windows, prefer build.sh inside WSL.
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$store = Join-Path $root '.nuke/temp/build'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'; $env:DOTNET_NOLOGO = '1'; $env:NUKE_TELEMETRY_OPTOUT = '1'
if (-not $env:NUKE_ROOT) { $env:NUKE_ROOT = $root }

$sources = @(Get-ChildItem (Join-Path $root 'build') -Recurse -File -Include *.cs, *.csproj, *.props, *.targets, *.json, *.sh, *.cjs, *.yaml |
    Where-Object FullName -NotMatch '[\\/](bin|obj)[\\/]') + @(Get-ChildItem $root -File -Include global.json, Directory.*.props -Recurse -Depth 0)
$text = ($sources | Sort-Object FullName | ForEach-Object { "$($_.FullName) $((Get-FileHash $_.FullName -Algorithm SHA256).Hash)" }) -join "`n"
$bytes = [Security.Cryptography.SHA256]::Create().ComputeHash([Text.Encoding]::UTF8.GetBytes($text))
$key = [BitConverter]::ToString($bytes, 0, 8).Replace('-', '').ToLowerInvariant()
$program = Join-Path $store "$key/OpticWorks.Build.dll"

$dotnet = 'dotnet'
Push-Location $root
try {
    & $dotnet --version *> $null
    if ($LASTEXITCODE -ne 0) {
        $dotnet = Join-Path $root '.nuke/temp/dotnet/dotnet'
        if (-not (Test-Path "$dotnet*")) {
            $version = (Get-Content global.json -Raw | ConvertFrom-Json).sdk.version
            New-Item -ItemType Directory -Force (Join-Path $root '.nuke/temp') | Out-Null
            $installer = Join-Path $root '.nuke/temp/dotnet-install.ps1'
            Invoke-WebRequest https://dot.net/v1/dotnet-install.ps1 -OutFile $installer
            & $installer -Version $version -InstallDir (Split-Path $dotnet) -NoPath
        }
    }
    if (-not (Test-Path $program)) {
        Write-Host 'Compiling the build program (its sources changed)'
        $work = Join-Path $store "work.$PID"
        & $dotnet build build/OpticWorks.Build -c Release --artifacts-path $work -o "$work/out" -v quiet -nologo -p:RunAnalyzers=false
        if ($LASTEXITCODE -ne 0) { Write-Error 'The build program does not compile. Nothing was run.'; exit 2 }
        Move-Item "$work/out" (Join-Path $store $key)
        Remove-Item -Recurse -Force $work
    }
}
finally { Pop-Location }
& $dotnet $program @args
exit $LASTEXITCODE
