import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

const withTypes = {
  projectService: true,
  tsconfigRootDir: import.meta.dirname,
  extraFileExtensions: [".svelte"],
};

export default defineConfig(
  globalIgnores(["dist/", "src/ipc/types.ts"]),
  js.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  {
    files: ["**/*.ts", "**/*.svelte"],
    extends: [ts.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: withTypes },
  },
  // After the others, since it brings the parser of components.
  svelte.configs.recommended,
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { ...withTypes, parser: ts.parser, svelteConfig } },
  },
  {
    rules: {
      // Prettier breaks what it can; strings and lists of classes are for a person to break.
      "max-len": ["error", { code: 120, ignoreUrls: false, ignoreStrings: false, ignoreTemplateLiterals: false }],
      "svelte/no-at-html-tags": "error",
      // A literal is how a space is kept between two elements.
      "svelte/no-useless-mustaches": "off",
    },
  },
  {
    files: ["**/*.ts", "**/*.svelte"],
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["@tauri-apps/*"], message: "Only src/ipc may import Tauri." }] },
      ],
    },
  },
  { files: ["src/ipc/**"], rules: { "no-restricted-imports": "off" } },
);
