// Builds everything the browser loads into the Python package: one style sheet, three scripts, one
// icon sprite. `npm run build` once; `npm run watch` while designing. No bundler beyond esbuild.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, "../src/dunwell/faces/web/static/dist");
const WATCH = process.argv.includes("--watch");

mkdirSync(DIST, { recursive: true });

function buildIcons() {
  const names = readFileSync(join(HERE, "src/icons.txt"), "utf8")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter(Boolean);
  const symbols = [...new Set(names)].sort().map((name) => {
    const file = join(HERE, "node_modules/lucide-static/icons", `${name}.svg`);
    const svg = readFileSync(file, "utf8");
    const inside = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${inside.replace(/\s+/g, " ").trim()}</symbol>`;
  });
  writeFileSync(
    join(DIST, "icons.svg"),
    `<svg xmlns="http://www.w3.org/2000/svg"><!-- Lucide, ISC licence -->${symbols.join("")}</svg>\n`,
  );
}

function buildStyles() {
  const command = [
    join(HERE, "node_modules/@tailwindcss/cli/dist/index.mjs"),
    "-i", join(HERE, "src/app.css"), "-o", join(DIST, "app.css"), "--minify",
  ];
  if (WATCH) {
    spawn(process.execPath, [...command, "--watch=always"], { stdio: "inherit", cwd: HERE });
    return;
  }
  const done = spawnSync(process.execPath, command, { stdio: "inherit", cwd: HERE });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

const scripts = {
  entryPoints: { app: join(HERE, "src/app.js"), charts: join(HERE, "src/charts.js"), desk: join(HERE, "src/desk.js") },
  outdir: DIST,
  bundle: true,
  minify: true,
  charset: "utf8",
  target: ["es2020"],
  legalComments: "linked",
  logLevel: "info",
};

buildIcons();
buildStyles();
cpSync(join(HERE, "src/mark.svg"), join(DIST, "mark.svg"));
if (WATCH) await (await esbuild.context(scripts)).watch();
else await esbuild.build(scripts);
