/* Holds a catalogue against the shapes of DCAT-AP: node catalogue.mjs <shapes.ttl> <dcat.jsonld>; it fetches nothing.
   Prints a line for each thing that a shape refuses, and nothing for a sound catalogue. */
import { readFileSync } from "node:fs";
import { JsonLdParser } from "jsonld-streaming-parser";
import { Parser, Store } from "n3";
import SHACLValidator from "rdf-validate-shacl";

const [shapesFile, catalogueFile] = process.argv.slice(2);
const shapes = new Store(new Parser().parse(readFileSync(shapesFile, "utf8")));
const catalogue = new Store();
await new Promise((resolve, reject) => {
  const parser = new JsonLdParser();
  parser.on("data", (quad) => catalogue.addQuad(quad)).on("error", reject).on("end", resolve);
  parser.end(readFileSync(catalogueFile, "utf8"));
});
const report = new SHACLValidator(shapes).validate(catalogue);
for (const each of (await report).results) {
  console.log(each.focusNode?.value, each.path?.value, each.message.map((one) => one.value).join(" "));
}
