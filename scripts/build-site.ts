/** The documentation as a static site, by TypeDoc. Its rules are in typedoc.json. */
import { Application, TSConfigReader, TypeDocReader } from "typedoc";
import { sitePlugin } from "./docs/site-plugin.ts";
import { root } from "./support/workspace.ts";

process.chdir(root);
const app = await Application.bootstrapWithPlugins({ plugin: [sitePlugin] }, [
  new TypeDocReader(),
  new TSConfigReader(),
]);
const project = await app.convert();
if (project !== undefined) {
  app.validate(project);
  await app.generateOutputs(project);
}
// A warning is an error: here nothing is left open.
if (project === undefined || app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;
