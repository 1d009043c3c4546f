// Runs in a release's folder, on the release's own Node: what would its Medusa migrate? Reads modules, migrations, link tables and
// migration scripts with Medusa's own loaders and writes them as one line, without a connection to the database.
// Arguments: {"except":[…]} or {"only":[…]}, names of the migrations whose SQL is wanted; and, where what was read is kept for the next
// time (it loads a whole Medusa), a folder and the digest of this script.
const { createHash, randomUUID } = require("node:crypto");
const { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const root = process.cwd();
const fromRelease = createRequire(path.join(root, "package.json"));
const wanted = JSON.parse(process.argv[2] ?? "{}");
const mark = "opticworks-inventory ";

const isWanted = (name) => (wanted.only ? wanted.only.includes(name) : !(wanted.except ?? []).includes(name));

// Resolved past "exports", which hide a package's inner files.
const fileOf = (request, from = fromRelease) => from.resolve(request);
const insideOf = (packageName, file, from = fromRelease) => {
  const main = fileOf(packageName, from);
  return path.join(main.slice(0, main.lastIndexOf(path.join("node_modules", packageName))), "node_modules", packageName, file);
};

// Looks over a function's shoulder; its users read it through getters, so they see the change.
function overhear(file, name, replacement) {
  const module = require(file);
  module[name] = replacement(module[name]);
}

const digest = (text) => createHash("sha256").update(text).digest("hex");

// The store's own files and their digests; the dependencies that they name are among them.
function ownFiles() {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^(?:node_modules|static|public)(?:$|[/\\])/.test(path.relative(root, entry.parentPath)))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((file) => file !== "env" && file !== "release")
    .sort()
    .map((file) => [file, digest(readFileSync(path.join(root, file)))]);
}

// A link table as it was defined: its columns, keys and indexes.
function definition({ collection, primaryKeys, properties, indexes, uniques }) {
  const plain = (property) => Object.entries(property).filter(([, value]) => typeof value !== "object" && typeof value !== "function");
  return digest(JSON.stringify([collection, primaryKeys, Object.entries(properties).map(([name, property]) => [name, plain(property)]), indexes, uniques]));
}

// The file that keeps what is read of this release; another release with the same files, dependencies and configuration has the same.
// Undefined: nothing is kept here, or this is no release as a deployment furnishes it.
function keptIn() {
  const [folder, script] = process.argv.slice(3);
  try {
    if (folder === undefined || !existsSync(folder)) return undefined;
    const configuration = readFileSync(path.join(root, "env"), "utf8").split("\n").filter((line) => !line.startsWith("RELEASE_ID="));
    return path.join(folder, "inventories", `${digest(JSON.stringify([script, process.version, ownFiles(), readlinkSync(path.join(root, "node_modules")), configuration]))}.json`);
  } catch {
    return undefined;
  }
}

// What was kept, with the SQL that is wanted and no other; undefined when that is not known.
function kept(file) {
  try {
    const found = JSON.parse(readFileSync(file, "utf8"));
    const migrations = found.modules.flatMap((module) => module.migrations);
    if (migrations.some((one) => isWanted(one.name) && one.up === undefined && one.skipped === undefined)) return undefined;
    for (const one of migrations.filter((one) => !isWanted(one.name))) {
      delete one.up;
      delete one.down;
      delete one.skipped;
    }
    return found;
  } catch {
    return undefined;
  }
}

function keep(file, found) {
  const part = `${file}.${randomUUID()}`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(part, JSON.stringify(found), { mode: 0o600 });
    renameSync(part, file);
  } catch {
    rmSync(part, { force: true }); // It is read again the next time.
  }
}

function migrationFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => /\.(js|ts|cjs)$/.test(file) && !/^index\.|\.d\.ts$/.test(file))
    .sort()
    .map((file) => path.join(folder, file));
}

// Medusa passes over a file that says so (a feature flag that is off), and never records it.
const skipped = Symbol("skipped");

async function load(file) {
  const { dynamicImport, isFileSkipped } = fromRelease("@medusajs/framework/utils");
  const exported = await dynamicImport(file);
  return isFileSkipped?.(exported) === true ? skipped : exported;
}

async function statements(type, direction) {
  const result = { sql: [], dataDependent: false };
  const execute = async () => {
    result.dataDependent = true; // What it reads decides what it does.
    return [];
  };
  const driver = new Proxy({ execute }, {
    get: (target, name) => {
      if (name in target || typeof name === "symbol" || name === "then") return target[name];
      throw new Error(`it asks the database for ${name}`);
    },
  });
  const migration = new type(driver, { get: () => undefined });
  result.transactional = typeof migration.isTransactional === "function" ? migration.isTransactional() : true;
  try {
    await migration[direction]();
  } catch (error) {
    result.dataDependent = true;
    result.problem = String(error.message ?? error).split("\n")[0];
  }

  result.sql = (migration.getQueries?.() ?? migration.queries ?? []).map((query) => (typeof query === "string" ? query : query.sql ?? query.toString()));
  return result;
}

async function migration(file) {
  const text = readFileSync(file, "utf8");
  const name = path.basename(file).replace(/\.(js|ts|cjs)$/, "");
  const known = { name, file: path.relative(root, file), sha256: digest(text) };
  known.notes = [...text.matchAll(/^[\s/*]*@?(opticworks(?:-accept)?:.*?)(?:\*\/)?\s*$/gm)].map((found) => found[1].trim());
  if (!isWanted(name)) return known;
  const exported = await load(file);
  if (exported === skipped) return { ...known, skipped: true };
  const type = Object.values(exported).find((value) => typeof value === "function" && typeof value.prototype?.up === "function");
  if (type === undefined) return { ...known, up: { sql: [], dataDependent: true, problem: "it exports no migration" } };
  known.up = await statements(type, "up");
  if (Object.hasOwn(type.prototype, "down")) known.down = await statements(type, "down");
  return known;
}

// Changes whenever anything does that migrating runs: migrations, definitions of links, scripts. What else a release changes makes no other schema.
const code = (medusa, modules, links, scripts) => digest(JSON.stringify([
  medusa,
  modules.map(({ name, migrations }) => [name, migrations.map((one) => [one.name, one.sha256])]).sort(),
  [...links].sort(),
  scripts.map(({ name, sha256, skipped }) => [name, sha256, skipped]),
]));

async function inventory() {
  const medusa = JSON.parse(readFileSync(insideOf("@medusajs/medusa", "package.json")));
  if (medusa.version.startsWith("1.")) return { medusa: medusa.version, code: digest(medusa.version), modules: [], links: [], scripts: [] };

  process.env.MEDUSA_WORKER_MODE = "server";
  const insideFramework = createRequire(fileOf("@medusajs/framework"));
  const { ContainerRegistrationKeys, getResolvedPlugins, mergePluginModules } = fromRelease("@medusajs/framework/utils");
  const { LinkLoader } = fromRelease("@medusajs/framework/links");
  const { MedusaModule } = fromRelease("@medusajs/framework/modules-sdk");
  const { MedusaAppLoader } = fromRelease("@medusajs/framework");
  const { asValue } = fromRelease("@medusajs/framework/awilix");

  const links = new Map();
  const linkModules = createRequire(fileOf("@medusajs/medusa")).resolve("@medusajs/link-modules");
  overhear(path.join(path.dirname(linkModules), "utils", "generate-entity.js"), "generateEntity", (generate) => (...given) => {
    const entity = generate(...given);
    links.set(entity.meta.collection, definition(entity.meta));
    return entity;
  });
  const folders = new Map();
  overhear(path.join(path.dirname(insideFramework.resolve("@medusajs/utils")), "modules-sdk", "migration-scripts", "migration-up.js"),
    "buildMigrationScript", () => ({ moduleName, pathToMigrations }) => {
      folders.set(moduleName, (folders.get(moduleName) ?? new Set()).add(pathToMigrations));
    });

  const { initializeContainer } = require(insideOf("@medusajs/medusa", path.join("dist", "loaders", "index.js")));
  const container = await initializeContainer(root, { skipDbConnection: true });
  const connectionString = process.env.DATABASE_URL ?? "postgres://127.0.0.1/none";
  container.register(ContainerRegistrationKeys.PG_CONNECTION, asValue({ client: { config: { connection: { connectionString } } } }));
  const logger = container.resolve(ContainerRegistrationKeys.LOGGER);
  const config = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE);
  const plugins = await getResolvedPlugins(root, config, true);
  mergePluginModules(config, plugins, root);
  await new LinkLoader(plugins.map((plugin) => path.join(plugin.resolve, "links")), logger).load();
  await new MedusaAppLoader().getLinksExecutionPlanner();

  const { loadModuleMigrations } = require(path.join(path.dirname(insideFramework.resolve("@medusajs/modules-sdk")), "loaders", "utils", "load-internal.js"));
  const modules = [];
  for (const loaded of MedusaModule.getLoadedModules()) {
    for (const name of Object.keys(loaded)) {
      const resolution = MedusaModule.getModuleResolutions(name);
      if (!resolution || MedusaModule.getJoinerConfig(name)?.isLink) continue;
      await loadModuleMigrations(container, resolution, resolution.moduleExports);
    }
  }

  for (const [name, paths] of folders) {
    const files = [...new Set([...paths].flatMap(migrationFiles))];
    const migrations = [];
    for (const file of files) migrations.push(await migration(file));
    if (migrations.length > 0) modules.push({ name, migrations });
  }

  const scripts = [path.join(path.dirname(fileOf("@medusajs/medusa")), "migration-scripts"), ...plugins.map((plugin) => path.join(plugin.resolve, "migration-scripts"))]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).filter((file) => /\.(js|ts)$/.test(file) && !/^index\.|\.d\.ts$/.test(file)).sort().map((file) => path.join(folder, file)))
    .map((file) => ({ name: path.basename(file), file: path.relative(root, file), folder: path.dirname(file) }));
  for (const script of scripts) {
    const file = path.join(script.folder, script.name);
    script.skipped = (await load(file)) === skipped;
    script.sha256 = digest(readFileSync(file));
    delete script.folder;
  }

  return { medusa: medusa.version, code: code(medusa.version, modules, links, scripts), modules, links: [...links.keys()].sort(), scripts };
}

async function remembered() {
  const file = keptIn();
  const known = file && kept(file);
  if (known) return known;
  const found = await inventory();
  if (file) keep(file, found);
  return found;
}

remembered().then(
  (found) => process.stdout.write(`\n${mark}${JSON.stringify(found)}\n`, () => process.exit(0)),
  (error) => process.stdout.write(`\n${mark}${JSON.stringify({ error: String(error.stack ?? error) })}\n`, () => process.exit(1)),
);
